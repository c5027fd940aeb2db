// Opens files that the reader chooses or drops: results of another machine, and traces. Loaded when the first one comes.
// What is in them is read by the front end ({"do":"import"}), which refuses what it cannot use and says why.

/** As shared/ui/import_result.hpp has it: longer ones are not even read. */
const LONGEST_FILE = 48 * 1024 * 1024;
const MOST_FILES = 8;

/** Resolves when what was asked to be drawn is on the screen, or soon where nothing is drawn. */
const seen = () => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve)));
  setTimeout(resolve, 250);
});

export class FileOpener {
  /**
   * @param {(request: object) => any} command App::command.
   * @param {(reason: string) => void} complain Shows why a file was not opened.
   */
  constructor(command, complain) {
    this.command = command;
    this.complain = complain;
  }

  /** The browser's dialog; must be called from a click or a key. */
  choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.accept = ".json,application/json";
    input.multiple = true;
    input.addEventListener("change", () => this.open([...(input.files || [])]));
    input.click();
  }

  /** @param {File[]} files */
  async open(files) {
    for (const file of files.slice(0, MOST_FILES)) {
      const problem = await this.take(file);
      if (problem) this.complain(`${file.name}: ${problem}`);
    }
  }

  /** Why it was not opened, or an empty text. @param {File} file */
  async take(file) {
    if (file.size > LONGEST_FILE) return `it has ${Math.ceil(file.size / 1024 / 1024)} MiB, and at most ${LONGEST_FILE / 1024 / 1024} MiB can be opened.`;
    // Large ones take a while, in which nothing else is drawn: that it is being read is seen first.
    this.command({do: "import", name: file.name, reading: true});
    await seen();
    try {
      const text = new TextDecoder("utf-8", {fatal: true}).decode(await file.arrayBuffer());
      return this.command({do: "import", text, name: file.name}).error?.message || "";
    } catch (error) {
      return error instanceof TypeError ? "it is not a text file in UTF-8." : String(/** @type {Error} */ (error).message || error);
    }
  }
}
