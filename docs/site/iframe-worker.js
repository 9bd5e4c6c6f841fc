// Search in pages that are opened as files: browsers start no worker from there, so its script runs in a hidden frame.
// As with a worker, a message is a copy: neither side sees what the other does to its own.
if (location.protocol === "file:")
  window.Worker = class {
    constructor(script) {
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      document.body.append(this.frame);
      const inside = this.frame.contentWindow;
      inside.postMessage = (data) => this.onmessage?.({ data: structuredClone(data) });
      this.isLoaded = new Promise((loaded, failed) => {
        const element = inside.document.createElement("script");
        Object.assign(element, { src: new URL(script, location), onload: loaded, onerror: failed });
        inside.document.body.append(element);
      });
      this.isLoaded.catch((reason) => this.onerror?.(reason));
    }
    postMessage(data) {
      const message = new MessageEvent("message", { data: structuredClone(data) });
      this.isLoaded.then(() => this.frame.contentWindow?.dispatchEvent(message));
    }
    terminate() {
      this.frame.remove();
    }
  };
