// Runs at each choice of a side. What streamlit-webrtc remembers for one of its components alone stays.
export default function () {
  localStorage.removeItem("streamlit-webrtc:device-ids");
}
