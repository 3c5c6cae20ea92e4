// A page that waits for something: asks for itself again every few seconds, and loads itself anew once it says something else.
(function () {
  "use strict";
  const seconds = Number(document.currentScript.dataset.seconds) || 5;
  const words = (main) => (main ? main.textContent.replace(/\s+/g, " ") : "");
  const before = words(document.querySelector("main"));

  async function look() {
    try {
      const answer = await fetch(location.href, { credentials: "same-origin", cache: "no-store" });
      const isPage = (answer.headers.get("Content-Type") || "").startsWith("text/html");
      if (answer.redirected || !isPage) {
        location.reload();
        return;
      }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (words(page.querySelector("main")) !== before) {
        location.reload();
        return;
      }
    } catch {
      // The network is away for a moment: the next look finds it again.
    }
    setTimeout(look, seconds * 1000);
  }
  setTimeout(look, seconds * 1000);
})();
