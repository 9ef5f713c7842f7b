// What `senderRule: no-null` answers, the same in every target: 550, as sites do that turn away mail
// which could only be a bounce. RFC 5321 §4.5.5 has them accept it; that is the rule's price.

export const NO_NULL = {
  code: 550,
  enhanced: '5.7.1',
  text: 'mail from the null sender is not accepted here',
} as const;
