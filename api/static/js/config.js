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
  return `${text} ${Math.round(face.probabilities[face.label] * 100)}%`;
}
