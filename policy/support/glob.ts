/**
 * Whether a text is of a form with wildcards: `*` for any characters, `?` for one. Takes time in
 * proportion to both lengths, however many wildcards there are.
 */
export function isLike(text: string, form: string): boolean {
  let [at, next] = [0, 0];
  // Where the last `*` is, and how much of the text it stands for so far.
  let [star, taken] = [-1, 0];
  while (at < text.length) {
    if (form[next] === "*") {
      [star, taken] = [next, at];
      next += 1;
    } else if (next < form.length && (form[next] === "?" || form[next] === text[at])) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      taken += 1;
      [at, next] = [taken, star + 1];
    } else {
      return false;
    }
  }
  while (form[next] === "*") {
    next += 1;
  }
  return next === form.length;
}
