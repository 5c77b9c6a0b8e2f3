// One try: the drawing as it grows, its score, and what can be done with it.
import Icon from "/static/icons.js";
import Pencil from "/static/pencil.js";

const ODD = "script, foreignObject, iframe, image, use, style, animate, set";

// The drawing as elements of the page; nothing in it can do anything.
function drawn(text) {
  const found = new DOMParser().parseFromString(text, "image/svg+xml").documentElement;
  if (found.nodeName !== "svg") return null;
  found.querySelectorAll(ODD).forEach((one) => one.remove());
  for (const one of [found, ...found.querySelectorAll("*")]) {
    for (const { name } of [...one.attributes]) {
      if (name.startsWith("on") || name.endsWith("href")) one.removeAttribute(name);
    }
  }
  for (const name of ["width", "height"]) found.removeAttribute(name);
  found.setAttribute("aria-hidden", "true");
  found.querySelectorAll("title, desc, metadata").forEach((one) => one.remove());
  return document.importNode(found, true);
}

export default {
  components: { Icon, Pencil },
  props: { one: Object, at: Number, chosen: Boolean, part: String, pencil: Object },
  emits: ["choose", "ask", "part", "save", "paint"],
  computed: {
    going() {
      return this.one.status === "waiting" || this.one.status === "drawing";
    },
    share() {
      return this.one.total ? (100 * this.one.step) / this.one.total : 0;
    },
    short() {
      const { status, step, total } = this.one;
      if (status === "waiting" || status === "failed" || !total) return "";
      return step === total ? `${total}` : `${step}/${total}`;
    },
    again() {
      return this.one.status === "failed" ? "Again" : "Go on";
    },
    state() {
      const { status, step, total } = this.one;
      if (this.going && this.one.halting) return "stopping after this step";
      if (status === "waiting") return "getting ready";
      if (status === "failed") return "failed";
      if (status === "done") return `done, ${total} steps`;
      return status === "stopped" && !total ? "stopped" : `${status}, ${step} of ${total}`;
    },
    last() {
      const points = this.one.scores;
      const found = points.length ? points[points.length - 1][1] : this.one.score;
      return found === null || found === undefined ? "" : found.toFixed(3);
    },
    curve() {
      const points = this.one.scores;
      if (points.length < 2) return "";
      const [left, right] = [points[0][0], points[points.length - 1][0]];
      const values = points.map((point) => point[1]);
      const [low, high] = [Math.min(...values), Math.max(...values)];
      const place = ([step, score]) => {
        const x = 1 + (98 * (step - left)) / (right - left || 1);
        const y = 22 - (20 * (score - low)) / (high - low || 1);
        return `${x.toFixed(1)} ${y.toFixed(1)}`;
      };
      return "M" + points.map(place).join("L");
    },
    label() {
      return `Try ${this.at + 1}: ${this.one.wish.words || "a picture"}, ${this.state}`;
    },
  },
  watch: {
    "one.svg"() {
      this.show();
    },
    part() {
      this.mark();
    },
  },
  mounted() {
    this.show();
  },
  methods: {
    show() {
      const paper = this.$refs.paper;
      if (!paper || this.one.cells || !this.one.svg) return;
      const svg = drawn(this.one.svg);
      if (svg) paper.replaceChildren(svg);
      this.shown = this.one.frame;
      this.mark();
    },
    // What is chosen gets a line around it, above all else.
    mark() {
      const svg = this.$refs.paper && this.$refs.paper.querySelector("svg");
      if (!svg) return;
      svg.querySelectorAll(".mark").forEach((one) => one.remove());
      const found = this.part && svg.querySelector(`[id="${CSS.escape(this.part)}"]`);
      if (!found) return;
      const shapes = found.localName === "g" ? [...found.children] : [found];
      const marks = shapes.map((shape) => {
        const mark = shape.cloneNode(false);
        const lined = (shape.getAttribute("stroke") || "none") !== "none";
        const width = lined ? Number(shape.getAttribute("stroke-width") || 1) : 0;
        for (const name of ["id", "style", "stroke-opacity", "fill-opacity"]) mark.removeAttribute(name);
        mark.setAttribute("class", "mark");
        mark.setAttribute("stroke-width", width + svg.viewBox.baseVal.width / 48);
        return mark;
      });
      const tops = shapes.map((shape) => {
        const top = shape.cloneNode(false);
        top.removeAttribute("id");
        top.setAttribute("class", "mark top");
        return top;
      });
      svg.append(...marks, ...tops);
    },
    press(event) {
      this.$emit("choose");
      if (this.one.cells) return;
      const hit = event.target.closest("path, rect, circle, polygon, line");
      const name = hit && hit.id && this.$refs.paper.contains(hit) ? hit.id : "";
      if (!this.chosen && !name) return;
      // The frame that was clicked on: a newer one may have come that is not shown yet.
      if (name && this.going) this.$emit("ask", { do: "edit", frame: this.shown, edits: [] });
      this.$emit("part", name);
    },
  },
  template: `
  <article class="sheet" :class="[one.status, { chosen }]" tabindex="0" role="group"
    :aria-label="label" :aria-current="chosen" :data-name="one.name" data-testid="sheet"
    :data-status="one.status" @focus="$emit('choose')">
    <div class="paper" :class="{ empty: !one.svg && !one.cells }" @click="press">
      <pencil v-if="one.cells" :one="one" :active="chosen && !going" :tool="pencil"
        @paint="$emit('paint', $event)" />
      <div v-else class="svg" ref="paper"></div>
      <p v-if="!one.svg && !one.cells && !one.error" class="wait">
        <span class="dots"><i></i><i></i><i></i></span></p>
      <p v-if="one.error" class="error" role="alert" data-testid="error">{{ one.error }}</p>
    </div>
    <div class="bar" role="progressbar" :aria-valuenow="Math.round(share)" aria-valuemin="0"
      aria-valuemax="100" :aria-label="'progress of try ' + (at + 1)"><i :style="{ width: share + '%' }"></i></div>
    <div class="under">
      <div class="score" :title="'how well the words are seen in it: ' + last">
        <svg class="curve" viewBox="0 0 100 24" preserveAspectRatio="none" role="img"
          :aria-label="last ? 'score ' + last : 'no score yet'"><path :d="curve" /></svg>
        <span data-testid="score">{{ last }}</span>
        <small class="long">{{ state }}</small><small class="short" aria-hidden="true">{{ short }}</small>
      </div>
      <div class="acts">
        <button v-if="going" type="button" @click.stop="$emit('ask', { do: 'halt' })"
          data-testid="stop" aria-keyshortcuts="Escape" aria-label="Stop" title="Stop"><icon name="stop" /><span>Stop</span></button>
        <button v-else type="button" @click.stop="$emit('ask', { do: 'go' })" data-testid="go"
          aria-keyshortcuts="Space" :aria-label="again" :title="again"><icon name="go" /><span>{{ again }}</span></button>
        <button type="button" @click.stop="$emit('ask', { do: 'more' })" data-testid="more"
          :disabled="!one.svg && !one.cells" title="More like this one" aria-label="More like this one">
          <icon name="more" /><span class="wide">More like this</span></button>
        <button type="button" class="bareb save" @click.stop="$emit('save')" data-testid="save"
          :disabled="!one.svg && !one.cells" title="Download SVG" aria-label="Download SVG">
          <icon name="down" /></button>
        <button type="button" class="bareb" @click.stop="$emit('ask', { do: 'away' })"
          title="Take it off the desk" aria-label="Take it off the desk; it stays in the history">
          <icon name="away" /></button>
      </div>
    </div>
    <p v-for="note in one.notes.slice(-1)" :key="note" class="note">{{ note }}</p>
  </article>`,
};
