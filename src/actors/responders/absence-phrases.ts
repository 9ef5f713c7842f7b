// The sentences of absence notices, our own, in the languages that they are written in. Each choice is one
// of a list; `{day}` stands for the day of return.

import { mailDate, UTC } from '../mail-date.ts';

type Choice<Item> = readonly [Item, ...Item[]];

export interface AbsencePhrases {
  readonly greetings: Choice<string>;
  /** Lines. */
  readonly notices: Choice<readonly string[]>;
  /** The address of somebody else follows. */
  readonly substitutes: Choice<string>;
  readonly farewells: Choice<string>;
  day(date: Date): string;
}

export const ENGLISH: AbsencePhrases = {
  greetings: ['Hello,', 'Good day,', 'Thank you for writing.'],
  notices: [
    ['I am currently out of the office and', 'will be back at my desk on {day}.'],
    ['I am on holiday and will look at my mail', 'again on {day}.'],
    ['I am currently out of the office and read', 'mail but now and then until {day}.'],
    ['I am currently out of the office. From', '{day} on I answer what has come in.'],
  ],
  substitutes: [
    'What cannot wait that long is in good hands at',
    'Mail is not passed on to anybody. In a hurry, please turn to',
  ],
  farewells: ['Kind regards', 'Best wishes', 'Yours'],
  /** `26 Jan` */
  day(date) {
    const [, day, month] = mailDate(date, UTC).split(' ');
    return `${day} ${month}`;
  },
};

export const GERMAN: AbsencePhrases = {
  greetings: ['Guten Tag,', 'Grüß Gott,', 'vielen Dank für Ihre Nachricht.'],
  notices: [
    ['ich bin zurzeit nicht im Büro und', 'ab dem {day} wieder für Sie da.'],
    ['ich bin im Urlaub und lese meine Post', 'erst wieder nach der Rückkehr am {day}.'],
  ],
  substitutes: [
    'Was nicht so lange warten kann, nimmt gern entgegen:',
    'Nachrichten werden nicht weitergeleitet. In dringenden Fällen hilft',
  ],
  farewells: ['Mit freundlichen Grüßen', 'Viele Grüße', 'Schöne Grüße'],
  day: (date) => `${date.getUTCDate()}.${date.getUTCMonth() + 1}.`,
};

export const SPANISH: AbsencePhrases = {
  greetings: ['Hola:', 'Buenos días:', 'Gracias por su mensaje.'],
  notices: [
    ['Estoy fuera de la oficina y', 'volveré el día {day}.'],
    ['Estoy de vacaciones y leeré mi correo', 'otra vez después del {day}.'],
  ],
  substitutes: [
    'Si no puede esperar, le atenderán también en',
    'Este correo no llegará a nadie más. Si es urgente, escriba a',
  ],
  farewells: ['Un saludo', 'Atentamente', 'Saludos y hasta mañana'],
  day: (date) => `${date.getUTCDate()}/${date.getUTCMonth() + 1}`,
};
