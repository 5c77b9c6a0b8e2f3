// Line icons, drawn here: 24 px, one weight, the colour of the text.
const LINES = {
  draw: "M4 20l1-4L16 5a2.1 2.1 0 0 1 3 3L8 19l-4 1z M14 7l3 3",
  stop: "M7 7h10v10H7z",
  go: "M8 5.5v13l11-6.5z",
  more: "M4 8h9v9H4z M8 4.5h9a3 3 0 0 1 3 3v8.5",
  down: "M12 4v11 M7 11l5 5 5-5 M5 20h14",
  away: "M6 6l12 12 M18 6L6 18",
  lock: "M6 11h12v9H6z M8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  unlock: "M6 11h12v9H6z M8.5 11V7a3.5 3.5 0 0 1 6.8-1.2",
  eye: "M2.5 12S6 6 12 6s9.5 6 9.5 6-3.5 6-9.5 6-9.5-6-9.5-6z M12 9.5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5z",
  shut: "M3 10.5c2.200 3 5.400 4.500 9 4.500s6.800-1.500 9-4.500 M7 14l-1.500 3 M12 15v3.500 M17 14l1.500 3",
  bin: "M5 7h14 M10 7V4.500h4V7 M7 7l1 13h8l1-13 M10.500 11v5 M13.500 11v5",
  copy: "M9 9h11v11H9z M15 9V4H4v11h5",
  picture: "M4 5h16v14H4z M4 16l5-5 4 4 3-3 4 4 M15.500 9.500h.010",
  sun: "M12 8a4 4 0 1 1 0 8 4 4 0 0 1 0-8z M12 2.500v2 M12 19.500v2 M2.500 12h2 M19.500 12h2 M5.300 5.300l1.400 1.400 M17.300 17.300l1.400 1.400 M18.700 5.300l-1.400 1.400 M6.700 17.300l-1.400 1.400",
  moon: "M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z",
  auto: "M12 3.500a8.500 8.500 0 1 0 0 17z M12 3.500a8.500 8.500 0 0 1 0 17",
  help: "M9 9a3 3 0 1 1 4.500 2.600c-1 .6-1.500 1.200-1.500 2.400 M12 17.500h.010",
  pencil: "M4 20l1-4L16 5l3 3L8 19l-4 1z",
  hold: "M12 3v6 M8 9h8l1 6H7z M12 15v6",
  rub: "M8 19h11 M5 15l8-9 6 5-7 8H8z",
  strokes: "M4 17C7 6 10 6 12 12s5 6 8-5",
  shapes: "M4 13h8v7H4z M15 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  pixels: "M4 4h5v5H4z M9 9h6v6H9z M15 4h5v5h-5z M4 15h5v5H4z M15 15h5v5h-5z",
};

export default {
  props: { name: String },
  template: `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path :d="line" /></svg>`,
  computed: {
    line() {
      return LINES[this.name] || "";
    },
  },
};
