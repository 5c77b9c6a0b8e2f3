// The whole page: the form, the tries, what is beside the chosen one, and the history below.
import Bench from "/static/bench.js";
import Form from "/static/form.js";
import Icon from "/static/icons.js";
import Sheet from "/static/sheet.js";

const KEYS = [
  ["Enter", "draw the words"],
  ["Esc", "stop all, or let go of what is chosen"],
  ["← →", "from try to try"],
  ["Space", "stop or go on with the chosen try"],
  ["M", "more like the chosen try"],
  ["L  H  Delete", "lock, hide or delete the chosen part"],
  ["D", "download the chosen try as SVG"],
  ["/", "to the words"],
  ["?", "this list"],
];
const THEMES = ["auto", "light", "dark"];
const PICTURE = ["svg", "cells", "frame", "step", "total", "status", "scores", "parts"];

export default {
  components: { Bench, Icon, Sheet, WordForm: Form },
  props: { shelf: Object, most: Number },
  data: () => ({
    tries: [],
    history: [],
    chosen: "",
    part: "",
    pencil: { what: "pencil", colour: "#e4572e" },
    count: 1,
    wish: {
      words: "", kind: "strokes", style: "", palette: "", size: "", quality: "normal",
      seed: "0", count: "", picture: "", role: "start", shown: "", called: "",
    },
    said: "",
    told: "",
    theme: "auto",
    over: false,
    keys: KEYS,
  }),
  computed: {
    one() {
      return this.tries.find((one) => one.name === this.chosen) || this.tries[0];
    },
    going() {
      return this.tries.some((one) => one.status === "waiting" || one.status === "drawing");
    },
    next() {
      return THEMES[(THEMES.indexOf(this.theme) + 1) % THEMES.length];
    },
  },
  mounted() {
    this.theme = document.documentElement.dataset.theme || "auto";
    window.addEventListener("keydown", this.key);
    for (const name of ["dragover", "dragleave", "drop"]) window.addEventListener(name, this.drag);
    window.addEventListener("paste", this.paste);
    this.hello();
  },
  unmounted() {
    window.removeEventListener("keydown", this.key);
    for (const name of ["dragover", "dragleave", "drop"]) window.removeEventListener(name, this.drag);
    window.removeEventListener("paste", this.paste);
  },
  methods: {
    hello() {
      this.$emit("ask", { do: "hello", desk: sessionStorage.getItem("drawkit-desk") || "" });
    },
    ask(what, one) {
      this.said = "";
      const halted = what.do === "halt-all" ? this.tries : what.do === "halt" ? [one] : [];
      for (const each of halted) each.halting = true;
      this.$emit("ask", one ? { ...what, name: one.name } : what);
    },

    // What the desks tell.
    take(message) {
      if (message.type === "desk") this.lay(message);
      else if (message.type === "history") this.history = message.history;
      else if (message.type === "chosen") this.chosen = message.name;
      else if (message.type === "said") this.say(message.line);
      else this.change(message);
    },
    lay(message) {
      sessionStorage.setItem("drawkit-desk", message.desk);
      this.tries = message.tries;
      this.history = message.history;
      if (!this.tries.some((one) => one.name === this.chosen)) {
        this.chosen = this.tries.length ? this.tries[0].name : "";
        this.part = "";
      }
    },
    change(message) {
      const at = this.tries.findIndex((one) => one.name === message.name);
      if (at < 0) return;
      const one = this.tries[at];
      const before = one.status;
      if (message.type === "picture") {
        for (const name of PICTURE) one[name] = message[name];
      } else Object.assign(one, message);
      if (one.status !== "waiting" && one.status !== "drawing") one.halting = false;
      if (one.status !== before) this.tell(`Try ${at + 1}: ${one.error || one.status}`);
    },
    tell(text) {
      this.told = text;
    },
    say(line) {
      this.said = line;
    },

    // What the user does.
    draw() {
      const { shown, called, ...wish } = this.wish;
      this.part = "";
      this.chosen = "";
      this.ask({ do: "draw", wish, tries: this.count });
      if (window.innerWidth <= 700) this.$nextTick(() => this.$refs.sheets.scrollIntoView());
    },
    choose(one) {
      if (this.chosen !== one.name) this.part = "";
      this.chosen = one.name;
    },
    step(way) {
      const at = this.tries.indexOf(this.one);
      const next = this.tries[(at + way + this.tries.length) % this.tries.length];
      if (!next) return;
      this.choose(next);
      this.$nextTick(() => this.$el.querySelector(`[data-name="${next.name}"]`)?.focus());
    },
    save(one) {
      const link = document.createElement("a");
      link.href = `/drawings/${encodeURIComponent(one.name)}/svg`;
      link.download = "";
      link.click();
    },
    async copy(text) {
      try {
        await navigator.clipboard.writeText(text);
        this.tell("Copied.");
        this.say("Copied.");
      } catch {
        this.say("The browser does not let it be copied; select it by hand.");
      }
    },
    async upload(file) {
      this.said = "";
      const place = `/pictures?name=${encodeURIComponent(file.name || "picture")}`;
      try {
        const answer = await fetch(place, { method: "POST", body: file });
        const found = await answer.json();
        if (!answer.ok) {
          this.say(found.line);
          return;
        }
        if (this.wish.shown) URL.revokeObjectURL(this.wish.shown);
        const shown = URL.createObjectURL(file);
        Object.assign(this.wish, { picture: found.picture, called: found.name, shown });
        this.tell(`${found.name} is there.`);
      } catch {
        this.say("The studio does not answer; is it still running?");
      }
    },
    forgetPicture() {
      URL.revokeObjectURL(this.wish.shown);
      Object.assign(this.wish, { picture: "", called: "", shown: "", role: "start" });
    },
    drag(event) {
      if (![...(event.dataTransfer?.types || [])].includes("Files")) return;
      event.preventDefault();
      this.over = event.type === "dragover";
      if (event.type === "drop" && event.dataTransfer.files[0]) this.upload(event.dataTransfer.files[0]);
    },
    paste(event) {
      const file = [...(event.clipboardData?.files || [])].find((one) => one.type.startsWith("image/"));
      if (file) this.upload(file);
    },
    turn() {
      this.theme = this.next === "auto" ? "auto" : this.next;
      if (this.theme === "auto") {
        delete document.documentElement.dataset.theme;
        localStorage.removeItem("drawkit-theme");
      } else {
        document.documentElement.dataset.theme = this.theme;
        localStorage.setItem("drawkit-theme", this.theme);
      }
    },
    help() {
      const dialog = this.$refs.help;
      if (dialog.open) dialog.close();
      else dialog.showModal();
    },
    change_part(what) {
      const edit = { what, id: this.part, colour: "" };
      this.ask({ do: "edit", frame: this.one.frame, edits: [edit] }, this.one);
      if (what === "delete") this.part = "";
    },
    key(event) {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Escape") {
        if (this.$refs.help.open) return;
        if (this.part) this.part = "";
        else if (this.going) this.ask({ do: "halt-all" });
        else this.said = "";
        return;
      }
      if (event.target.closest("input, textarea, select, dialog")) return;
      const one = this.one;
      const free = !event.target.closest("button, a, summary");
      const ways = {
        "?": () => this.help(),
        "/": () => this.$refs.form.focus(),
        ArrowRight: () => this.step(1),
        ArrowLeft: () => this.step(-1),
      };
      if (one) {
        const going = one.status === "waiting" || one.status === "drawing";
        if (free) ways[" "] = () => this.ask({ do: going ? "halt" : "go" }, one);
        ways.m = () => this.ask({ do: "more" }, one);
        ways.d = () => this.save(one);
      }
      if (one && this.part) {
        ways.l = () => this.change_part("lock");
        ways.h = () => this.change_part("hide");
        ways.Delete = () => this.change_part("delete");
      }
      if (!ways[event.key]) return;
      event.preventDefault();
      ways[event.key]();
    },
  },
  template: `
  <div class="studio" :class="{ over, bare: !tries.length }">
    <header class="top">
      <h1><svg viewBox="0 0 32 32" aria-hidden="true"><path d="M3 24C8 6 15 5 16 14s7 9 13-8" /></svg>
        drawkit <span>studio</span></h1>
      <button type="button" class="bareb" data-testid="theme" @click="turn"
        :aria-label="'Colours: ' + theme + '; change to ' + next" :title="'Colours: ' + theme">
        <icon :name="theme === 'auto' ? 'auto' : theme === 'light' ? 'sun' : 'moon'" /></button>
      <button type="button" class="bareb" @click="help" aria-label="Keyboard shortcuts" title="Shortcuts (?)"
        aria-keyshortcuts="?"><icon name="help" /></button>
    </header>

    <word-form ref="form" :shelf="shelf" :most="most" :wish="wish" :tries="count" :busy="going"
      @tries="count = $event" @draw="draw" @upload="upload" @drop-picture="forgetPicture"></word-form>

    <main ref="sheets" class="sheets" :class="'of' + tries.length" aria-label="Tries">
      <sheet v-for="(one, at) in tries" :key="one.name" :one="one" :at="at"
        :chosen="this.one === one" :part="this.one === one ? part : ''" :pencil="pencil"
        @choose="choose(one)" @part="part = $event" @ask="ask($event, one)" @save="save(one)"
        @paint="ask({ do: 'paint', ...$event }, one)"></sheet>
      <div v-if="!tries.length" class="nothing">
        <svg viewBox="0 0 120 80" aria-hidden="true"><path d="M10 62C28 8 52 6 58 34s26 28 52-22" /></svg>
        <p>Say what to draw, and watch it grow.</p>
      </div>
    </main>

    <bench v-if="one" :one="one" :part="part" :pencil="pencil" @ask="ask($event, one)"
      @part="part = $event" @pencil="pencil = $event" @copy="copy"></bench>

    <nav class="strip" aria-label="History">
      <div class="name">History</div>
      <ol v-if="history.length">
        <li v-for="kept in history" :key="kept.name">
          <button type="button" class="kept" data-testid="kept" :title="kept.words"
            :class="{ on: tries.some((one) => one.name === kept.name) }"
            :aria-label="'Open ' + (kept.words || 'a picture') + ', ' + kept.kind"
            @click="ask({ do: 'open', name: kept.name })">
            <img :src="'/history/' + encodeURIComponent(kept.name) + '?' + kept.changed" alt=""
              loading="lazy" :class="{ cells: kept.kind === 'pixels' }" />
            <span>{{ kept.words || "a picture" }}</span></button>
          <button v-if="!tries.some((one) => one.name === kept.name)" type="button" class="bareb forget"
            :aria-label="'Delete ' + (kept.words || 'a picture') + ' from the history'"
            @click="ask({ do: 'forget', name: kept.name })"><icon name="bin" /></button>
        </li>
      </ol>
      <p v-else class="hint">What you draw is kept here.</p>
    </nav>

    <div class="sr" role="status" aria-live="polite" data-testid="told">{{ told }}</div>
    <div v-if="said" class="said" role="alert" data-testid="said"><span>{{ said }}</span>
      <button type="button" class="bareb" aria-label="Close" @click="said = ''"><icon name="away" /></button></div>
    <div v-if="over" class="drop" aria-hidden="true"><p>Let go to take the picture</p></div>

    <dialog ref="help" aria-labelledby="help-title" data-testid="help" @click="$event.target === $refs.help && help()">
      <h2 id="help-title">Keys</h2>
      <dl><template v-for="[keys, text] in keys" :key="keys"><dt><kbd>{{ keys }}</kbd></dt><dd>{{ text }}</dd></template></dl>
      <p class="hint">Drop or paste a picture anywhere. Click a line of a drawing to lock, hide, colour or delete it.</p>
      <button type="button" class="main" @click="help" autofocus>Close</button>
    </dialog>
  </div>`,
};
