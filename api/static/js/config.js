// What the server told this page: looks of the labels, limits. The one table is maskcore.styles.
export const config = JSON.parse(document.getElementById("config").textContent);

/** The key of config.styles for a face: its label, or "uncertain" where the label is not to be trusted. */
export function lookOf(face) {
  return face.uncertain ? "uncertain" : face.label;
}

/** What is written at a face. */
export function captionOf(face) {
  const { text } = config.styles[lookOf(face)];
  if (face.uncertain) return `${text}: ${config.uncertain[face.uncertain]}`;
  return `${text} ${percent(face.probabilities[face.label])}`;
}

/** A share from 0 to 1 as maskcore.styles.percent writes it. */
function percent(share) {
  const told = Math.round(share * 100);
  if (share < 1 && told === 100) return ">99%";
  if (share > 0 && told === 0) return "<1%";
  return `${told}%`;
}
