// What to draw: words, means, style, palette, and how much of everything.
import Icon from "/static/icons.js";

const KINDS = [
  { name: "strokes", label: "Strokes", count: "Strokes", usual: "256", size: "224" },
  { name: "shapes", label: "Shapes", count: "Shapes", usual: "64", size: "224" },
  { name: "pixels", label: "Pixels", count: "Colours", usual: "16", size: "64" },
];
const ROLES = [
  { name: "start", label: "Start from it" },
  { name: "style", label: "Draw in its manner" },
  { name: "prompt", label: "Draw what it shows" },
  { name: "trace", label: "Trace it with shapes" },
];

export default {
  components: { Icon },
  props: { shelf: Object, most: Number, wish: Object, tries: Number, busy: Boolean },
  emits: ["draw", "tries", "upload", "drop-picture"],
  data: () => ({ roomy: window.innerWidth > 700, kinds: KINDS, roles: ROLES, qualities: ["draft", "normal", "best"] }),
  computed: {
    kind() {
      return KINDS.find((kind) => kind.name === this.wish.kind);
    },
    colours() {
      const found = this.shelf.palettes.find((one) => one.name === this.wish.palette);
      return found ? found.colours : [];
    },
    styles() {
      const plain = { name: "", summary: "as it comes", picture: "/static/styles/plain.webp" };
      return [plain, ...this.shelf.styles];
    },
  },
  methods: {
    focus() {
      this.$refs.words.focus();
      this.$refs.words.select();
    },
    enter(event) {
      if (event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.$emit("draw");
    },
    chosen(event) {
      const [file] = event.target.files;
      if (file) this.$emit("upload", file);
      event.target.value = "";
    },
  },
  template: `
  <form class="ask" aria-label="What to draw" @submit.prevent="$emit('draw')">
    <label class="words">
      <span class="name">Words</span>
      <textarea ref="words" v-model="wish.words" rows="2" maxlength="2000" spellcheck="false"
        placeholder="a cat" aria-keyshortcuts="/" data-testid="words" @keydown.enter="enter"></textarea>
    </label>

    <fieldset class="choice" role="radiogroup" aria-label="Means">
      <label v-for="one in kinds" :key="one.name" :class="{ on: wish.kind === one.name }">
        <input type="radio" name="kind" :value="one.name" v-model="wish.kind" />
        <icon :name="one.name" /><span>{{ one.label }}</span>
      </label>
    </fieldset>

    <div class="start">
      <fieldset class="choice small" role="radiogroup" aria-label="Tries at once">
        <label v-for="at in most" :key="at" :class="{ on: tries === at }">
          <input type="radio" name="tries" :value="at" :checked="tries === at"
            @change="$emit('tries', at)" :aria-label="at + (at > 1 ? ' tries' : ' try')" />
          <span>{{ at }}</span>
        </label>
      </fieldset>
      <button type="submit" class="main" data-testid="draw" aria-keyshortcuts="Enter">
        <icon name="draw" />Draw
      </button>
    </div>

    <fieldset class="shelf" role="radiogroup" aria-labelledby="style-name">
      <div class="name" id="style-name">Style <b>{{ wish.style || "plain" }}</b></div>
      <div class="cards">
        <label v-for="one in styles" :key="one.name" :class="{ on: wish.style === one.name }"
          :title="one.summary">
          <input type="radio" name="style" :value="one.name" v-model="wish.style"
            :aria-label="(one.name || 'plain') + ': ' + one.summary" />
          <img v-if="one.picture" :src="one.picture" alt="" width="66" height="66" loading="lazy" />
          <span v-else class="bare">{{ one.name.slice(0, 2) }}</span>
          <span class="tag">{{ one.name || "plain" }}</span>
        </label>
      </div>
    </fieldset>

    <details class="more" :open="roomy"><summary>Palette, size, quality, a picture</summary>
    <div class="inside">
    <label class="row">
      <span class="name">Palette</span>
      <select v-model="wish.palette" data-testid="palette">
        <option value="">its own colours</option>
        <option v-for="one in shelf.palettes" :key="one.name" :value="one.name">
          {{ one.name }} ({{ one.colours.length }})</option>
      </select>
    </label>
    <div v-if="colours.length" class="swatches" aria-hidden="true">
      <i v-for="colour in colours" :key="colour" :style="{ background: colour }"></i>
    </div>

    <div class="numbers">
      <label><span class="name">Size</span>
        <input v-model="wish.size" inputmode="text" :placeholder="kind.size" data-testid="size"
          list="sizes" /></label>
      <label><span class="name">{{ wish.picture && wish.role === 'trace' ? 'Shapes' : kind.count }}</span>
        <input v-model="wish.count" inputmode="numeric" :placeholder="kind.usual"
          data-testid="count" /></label>
      <label><span class="name">Seed</span>
        <input v-model="wish.seed" placeholder="random" data-testid="seed" /></label>
    </div>
    <datalist id="sizes"><option v-for="one in kind.name === 'pixels' ? ['16', '32', '48', '64']
      : ['portrait', 'scene', '160', '320']" :key="one" :value="one" /></datalist>

    <fieldset class="choice" role="radiogroup" aria-label="Quality">
      <label v-for="one in qualities" :key="one" :class="{ on: wish.quality === one }">
        <input type="radio" name="quality" :value="one" v-model="wish.quality" />
        <span>{{ one }}</span>
      </label>
    </fieldset>

    <div class="picture" :class="{ full: wish.picture }">
      <template v-if="wish.picture">
        <img :src="wish.shown" alt="the picture that was dropped in" />
        <div>
          <label><span class="name">{{ wish.called }}</span>
            <select v-model="wish.role" data-testid="role">
              <option v-for="one in roles" :key="one.name" :value="one.name">{{ one.label }}</option>
            </select></label>
        </div>
        <button type="button" class="quiet" aria-label="Take the picture away"
          @click="$emit('drop-picture')"><icon name="away" /></button>
      </template>
      <label v-else class="hole">
        <icon name="picture" />
        <span>Drop a picture, or <u>choose one</u></span>
        <input type="file" accept="image/*,.svg" data-testid="upload" @change="chosen"
          aria-label="A picture to start from, to draw in the manner of, to show, or to trace" />
      </label>
    </div>
    </div></details>
  </form>`,
};
