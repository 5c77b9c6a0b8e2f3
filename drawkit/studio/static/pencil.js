// Pixel art, a cell a pixel: shown, painted, and held where it is to stay.
export default {
  props: { one: Object, active: Boolean, tool: Object },
  emits: ["paint"],
  data: () => ({ width: 0, height: 0, held: {}, cells: {}, down: false, at: null }),
  watch: {
    "one.cells"() {
      this.load();
    },
    "one.held"() {
      this.holdAll();
    },
  },
  mounted() {
    this.holdAll();
    this.load();
  },
  methods: {
    holdAll() {
      this.held = Object.fromEntries((this.one.held || []).map(([x, y]) => [`${x},${y}`, true]));
    },
    load() {
      const picture = new Image();
      picture.onload = () => {
        const canvas = this.$refs.canvas;
        if (!canvas) return;
        canvas.width = this.width = picture.naturalWidth;
        canvas.height = this.height = picture.naturalHeight;
        canvas.getContext("2d").drawImage(picture, 0, 0);
      };
      picture.src = "data:image/png;base64," + this.one.cells;
    },
    rules() {
      const down = Array.from({ length: this.width - 1 }, (_, at) => `M${at + 1} 0V${this.height}`);
      const over = Array.from({ length: this.height - 1 }, (_, at) => `M0 ${at + 1}H${this.width}`);
      return [...down, ...over].join("");
    },
    cell(event) {
      const box = this.$refs.canvas.getBoundingClientRect();
      const x = Math.floor(((event.clientX - box.left) / box.width) * this.width);
      const y = Math.floor(((event.clientY - box.top) / box.height) * this.height);
      return x >= 0 && y >= 0 && x < this.width && y < this.height ? [x, y] : null;
    },
    press(event) {
      if (!this.active) return;
      this.down = true;
      this.cells = {};
      event.target.setPointerCapture(event.pointerId);
      this.touch(event);
    },
    touch(event) {
      if (!this.down) return;
      const place = this.cell(event);
      if (place) this.put(place);
    },
    put([x, y]) {
      const name = `${x},${y}`;
      if (this.tool.what === "rub") {
        delete this.held[name];
        this.cells[name] = null;
        return;
      }
      this.held[name] = true;
      this.cells[name] = null;
      if (this.tool.what !== "pencil") return;
      this.cells[name] = [x, y, this.tool.colour];
      const pen = this.$refs.canvas.getContext("2d");
      pen.fillStyle = this.tool.colour;
      pen.fillRect(x, y, 1, 1);
    },
    lift() {
      if (!this.down) return;
      this.down = false;
      this.send();
    },
    send() {
      const cells = Object.values(this.cells).filter((one) => one);
      const held = Object.keys(this.held).map((name) => name.split(",").map(Number));
      this.$emit("paint", { cells, held });
    },
    // With the keyboard: arrows move, space paints.
    key(event) {
      const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
      if (!this.active) return;
      if (way[event.key]) {
        const [x, y] = this.at || [0, 0];
        const [right, down] = way[event.key];
        const inside = (value, most) => Math.max(0, Math.min(most - 1, value));
        this.at = this.at ? [inside(x + right, this.width), inside(y + down, this.height)] : [0, 0];
      } else if (event.key === " " && this.at) {
        this.cells = {};
        this.put(this.at);
        this.send();
      } else return;
      event.preventDefault();
      event.stopPropagation();
    },
  },
  template: `
  <div class="grid" :class="{ active }" :tabindex="active ? 0 : -1" role="application"
    :aria-label="'pixel grid, ' + width + ' by ' + height + '; arrows move, space paints'"
    @keydown="key">
    <canvas ref="canvas" data-testid="cells" @pointerdown="press" @pointermove="touch"
      @pointerup="lift" @pointercancel="lift"></canvas>
    <svg v-if="width" class="lines" :viewBox="'0 0 ' + width + ' ' + height" aria-hidden="true">
      <path v-if="active" class="rule" :d="rules()" />
      <rect v-for="(_, name) in held" :key="name" class="held" :x="+name.split(',')[0] + 0.3"
        :y="+name.split(',')[1] + 0.3" width="0.4" height="0.4" rx="0.2" />
      <rect v-if="at && active" class="at" :x="at[0]" :y="at[1]" width="1" height="1" />
    </svg>
  </div>`,
};
