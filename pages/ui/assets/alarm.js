// Plays a short tone whenever the number of alerts has grown. Browsers allow sound once the page was clicked.
const heard = new WeakMap();

function beep() {
  const audio = new AudioContext();
  for (const [start, pitch] of [[0, 880], [0.22, 660]]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.0001, audio.currentTime + start);
    volume.gain.exponentialRampToValueAtTime(0.25, audio.currentTime + start + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + start + 0.2);
    tone.connect(volume).connect(audio.destination);
    tone.start(audio.currentTime + start);
    tone.stop(audio.currentTime + start + 0.21);
  }
  setTimeout(() => audio.close(), 1000);
}

export default function ({ data, parentElement }) {
  const before = heard.get(parentElement) ?? data.count;
  heard.set(parentElement, data.count);
  if (data.sound && data.count > before) beep();
}
