import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeCertificate } from '../../src/world/certificate.ts';

it('a certificate is for its name, today, signed by its own key, and new each time', async () => {
  const [{ cert, key }, other] = await Promise.all([
    makeCertificate('mx.target.test'),
    makeCertificate('mx.target.test'),
  ]);
  const certificate = new X509Certificate(cert);
  expect(certificate.checkHost('mx.target.test')).toBe('mx.target.test');
  expect(certificate.checkHost('mx.other.test')).toBeUndefined();
  expect(certificate.verify(certificate.publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
  const now = Date.now();
  expect(Date.parse(certificate.validFrom)).toBeLessThan(now);
  expect(Date.parse(certificate.validTo)).toBeGreaterThan(now);
  expect(other.key).not.toBe(key);
});
