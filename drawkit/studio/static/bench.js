// Beside the chosen try: its words, its parts or the pencil, its files, its command.
import Icon from "/static/icons.js";

const FILES = [
  { kind: "svg", label: "SVG" },
  { kind: "png", label: "PNG" },
  { kind: "pdf", label: "PDF" },
];
const OF_PATHS = [{ kind: "film", label: "Film" }];
const OF_CELLS = [
  { kind: "sprite", label: "Sprite" },
  { kind: "aseprite", label: "Aseprite" },
];
const TOOLS = [
  { what: "pencil", label: "Paint", title: "Paint a cell; it stays as it is" },
  { what: "hold", label: "Hold", title: "Hold a cell: it stays as it is" },
  { what: "rub", label: "Let go", title: "Let a cell change again" },
];

export default {
  components: { Icon },
  props: { one: Object, part: String, pencil: Object },
  emits: ["ask", "part", "pencil", "copy"],
  data: () => ({ words: "", open: "", files: FILES, tools: TOOLS, ofCells: OF_CELLS, ofPaths: OF_PATHS, inks: [] }),
  computed: {
    going() {
      return this.one.status === "waiting" || this.one.status === "drawing";
    },
    layers() {
      return [...(this.one.parts || [])].reverse();
    },
    chosen() {
      if (!this.part) return null;
      for (const layer of this.layers) {
        if (layer.id === this.part) return { ...layer, what: "Part", of: "" };
        const path = layer.paths.find((one) => one.id === this.part);
        if (path) return { ...path, what: "Path", name: path.id, of: layer.name };
      }
      return null;
    },
  },
  watch: {
    "one.name": {
      immediate: true,
      handler() {
        this.words = this.one.wish.words;
      },
    },
    "one.wish.words"(words) {
      this.words = words;
    },
    "one.cells": {
      immediate: true,
      handler() {
        this.findInks();
      },
    },
  },
  methods: {
    edit(id, what, colour = "") {
      this.$emit("ask", { do: "edit", frame: this.one.frame, edits: [{ what, id, colour }] });
      if (what === "delete") this.$emit("part", "");
    },
    say() {
      this.$emit("ask", { do: "say", words: this.words });
    },
    // The colours of pixel art, those of most cells first.
    findInks() {
      if (!this.one.cells) return;
      const picture = new Image();
      picture.onload = () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
        const pen = canvas.getContext("2d");
        pen.drawImage(picture, 0, 0);
        const { data } = pen.getImageData(0, 0, canvas.width, canvas.height);
        const counts = {};
        for (let at = 0; at < data.length; at += 4) {
          if (data[at + 3] < 128) continue;
          const hex = [...data.slice(at, at + 3)].map((v) => v.toString(16).padStart(2, "0"));
          const name = "#" + hex.join("");
          counts[name] = (counts[name] || 0) + 1;
        }
        this.inks = Object.keys(counts).sort((a, b) => counts[b] - counts[a]).slice(0, 32);
      };
      picture.src = "data:image/png;base64," + this.one.cells;
    },
  },
  template: `
  <aside class="bench" aria-label="The chosen try">
    <section>
      <label><span class="name">Its words</span>
        <span class="pair">
          <input v-model="words" data-testid="say" @keydown.enter.prevent="say"
            :disabled="one.wish.role === 'trace' && !!one.wish.picture" />
          <button type="button" @click="say" data-testid="say-it">Change</button>
        </span></label>
      <p class="hint">It goes on with other words from where it is.</p>
    </section>

    <section v-if="one.cells" class="tools">
      <div class="name">Pencil</div>
      <p v-if="going" class="hint">Stop it to paint.</p>
      <template v-else>
        <div class="choice" role="radiogroup" aria-label="Tool">
          <label v-for="tool in tools" :key="tool.what" :class="{ on: pencil.what === tool.what }"
            :title="tool.title">
            <input type="radio" name="tool" :value="tool.what" :checked="pencil.what === tool.what"
              :data-testid="'tool-' + tool.what"
              @change="$emit('pencil', { ...pencil, what: tool.what })" />
            <icon :name="tool.what" /><span>{{ tool.label }}</span></label>
        </div>
        <div class="inks" role="group" aria-label="Colours">
          <button v-for="ink in inks" :key="ink" type="button" :style="{ background: ink }"
            :class="{ on: pencil.colour === ink }" :aria-label="'paint with ' + ink"
            :aria-pressed="pencil.colour === ink"
            @click="$emit('pencil', { what: 'pencil', colour: ink })"></button>
          <input type="color" :value="pencil.colour" aria-label="Another colour" data-testid="ink"
            @input="$emit('pencil', { what: 'pencil', colour: $event.target.value })" />
        </div>
        <p class="hint">{{ (one.held || []).length }} cells are held; the rest changes when it goes on.</p>
      </template>
    </section>

    <section v-else class="parts">
      <div class="name">Parts</div>
      <p v-if="going" class="hint">Click anything in the drawing to stop it and change that.</p>
      <p v-else-if="!layers.length" class="hint">Nothing is drawn yet.</p>
      <div v-if="chosen" class="picked" role="group" :aria-label="chosen.what + ' ' + chosen.name"
        data-testid="picked">
        <div><b>{{ chosen.name }}</b><small v-if="chosen.of"> in {{ chosen.of }}</small></div>
        <div class="acts">
          <button type="button" data-testid="lock" aria-keyshortcuts="l" :aria-pressed="chosen.locked"
            @click="edit(chosen.id, chosen.locked ? 'unlock' : 'lock')">
            <icon :name="chosen.locked ? 'lock' : 'unlock'" />{{ chosen.locked ? "Unlock" : "Lock" }}</button>
          <button type="button" data-testid="hide" aria-keyshortcuts="h" :aria-pressed="chosen.hidden"
            @click="edit(chosen.id, chosen.hidden ? 'show' : 'hide')">
            <icon :name="chosen.hidden ? 'shut' : 'eye'" />{{ chosen.hidden ? "Show" : "Hide" }}</button>
          <label class="ink" :style="{ '--ink': chosen.colour }"><i></i>Colour
            <input type="color" :value="chosen.colour" data-testid="colour"
              :aria-label="'colour of ' + chosen.name"
              @change="edit(chosen.id, 'colour', $event.target.value)" /></label>
          <button type="button" data-testid="delete" aria-keyshortcuts="Delete"
            @click="edit(chosen.id, 'delete')"><icon name="bin" />Delete</button>
        </div>
      </div>
      <ul v-if="layers.length && !going" class="layers" aria-label="Parts, the topmost first">
        <li v-for="layer in layers" :key="layer.id" :class="{ on: part === layer.id, gone: layer.hidden }"
          data-testid="layer">
          <button type="button" class="title" :aria-expanded="open === layer.id"
            @click="open = open === layer.id ? '' : layer.id; $emit('part', layer.id)">
            <i class="chip" :style="{ background: (layer.paths[0] || {}).colour }"></i>
            <span>{{ layer.name }}</span><small>{{ layer.paths.length }}</small></button>
          <button type="button" class="bareb" :aria-pressed="layer.locked" data-testid="lock-layer"
            :aria-label="(layer.locked ? 'Unlock ' : 'Lock ') + layer.name"
            @click="edit(layer.id, layer.locked ? 'unlock' : 'lock')">
            <icon :name="layer.locked ? 'lock' : 'unlock'" /></button>
          <button type="button" class="bareb" :aria-pressed="layer.hidden" data-testid="hide-layer"
            :aria-label="(layer.hidden ? 'Show ' : 'Hide ') + layer.name"
            @click="edit(layer.id, layer.hidden ? 'show' : 'hide')">
            <icon :name="layer.hidden ? 'shut' : 'eye'" /></button>
          <ul v-if="open === layer.id" class="paths" :aria-label="'paths of ' + layer.name">
            <li v-for="path in layer.paths" :key="path.id">
              <button type="button" :class="{ on: part === path.id, gone: path.hidden }"
                @click="$emit('part', path.id)"><i class="chip" :style="{ background: path.colour }"></i>
                {{ path.id }}<icon v-if="path.locked" name="lock" /></button></li>
          </ul>
        </li>
      </ul>
    </section>

    <section>
      <div class="name">Take it away</div>
      <div class="files">
        <a v-for="file in [...files, ...(one.cells ? ofCells : ofPaths)]" :key="file.kind" class="button"
          :href="'/drawings/' + encodeURIComponent(one.name) + '/' + file.kind" download
          :data-testid="'save-' + file.kind" :class="{ off: !one.frame }">{{ file.label }}</a>
      </div>
    </section>

    <section v-if="one.commands.length">
      <div class="name">The same from the command line</div>
      <div class="command">
        <pre tabindex="0" data-testid="command"><code>{{ one.commands.join("\\n") }}</code></pre>
        <button type="button" class="bareb" aria-label="Copy the command line" title="Copy"
          @click="$emit('copy', one.commands.join('\\n'))"><icon name="copy" /></button>
      </div>
    </section>
  </aside>`,
};
