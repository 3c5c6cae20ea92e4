// The bidding page: reads back what was typed, seals in a worker, sends the sealed file in one piece, shows the receipt.
(() => {
  "use strict";
  if (!window.sealing) return;
  const { place, ask, ready, say, words, sentence, Said, token } = window.sealing;
  const form = place.querySelector("form[data-bid]");
  if (!form) return;
  const price = form.elements.price, again = form.elements.again, capitals = place.querySelector("[data-capitals]");
  const warning = place.querySelector("[data-over]"), bar = place.querySelector("progress");
  const button = form.querySelector("button"), steps = place.querySelector("[data-steps]");
  let sealed = null; // kept, so that an upload that broke off is sent again without sealing anew

  // --- the price, twice and in words ------------------------------------------------------------------------------------
  const DIGITS = "零壹贰叁肆伍陆柒捌玖", UNITS = ["", "拾", "佰", "仟"], GROUPS = ["", "万", "亿", "万亿"];

  function fen(text) {
    const plain = text.normalize("NFKC").replace(/[\s,，]/g, "").replace(/^[¥￥]/, "").replace(/元$/, "");
    const found = /^(\d{1,14})(?:\.(\d{1,2}))?$/.exec(plain);
    if (!found) return null;
    const value = Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0"));
    return Number.isSafeInteger(value) && value > 0 ? value : null;
  }
  function group(number) {
    let text = "", gap = false;
    for (let place = 3; place >= 0; place--) {
      const digit = Math.floor(number / 10 ** place) % 10;
      if (!digit) { gap = gap || text !== ""; continue; }
      text += (gap ? "零" : "") + DIGITS[digit] + UNITS[place];
      gap = false;
    }
    return text;
  }
  function inCapitals(value) {
    const yuan = Math.floor(value / 100), jiao = Math.floor(value / 10) % 10, rest = value % 10;
    const groups = [];
    for (let left = yuan; left > 0; left = Math.floor(left / 10000)) groups.push(left % 10000);
    let text = "";
    for (let n = groups.length - 1; n >= 0; n--) {
      if (!groups[n]) continue;
      const gap = text !== "" && (groups[n] < 1000 || groups[n + 1] === 0);
      text += (gap ? "零" : "") + group(groups[n]) + GROUPS[n];
    }
    if (text) text += "元";
    if (!jiao && !rest) return `${text}整`;
    if (jiao) text += `${DIGITS[jiao]}角`;
    else if (text) text += "零";
    return text + (rest ? `${DIGITS[rest]}分` : "整");
  }
  function spell() {
    const value = fen(price.value);
    capitals.textContent = value === null ? "" : inCapitals(value);
    const limit = Number(place.dataset.limit || 0), start = Number(place.dataset.start || 0);
    warning.hidden = !(value !== null && ((limit && value > limit) || (start && value < start)));
    return value;
  }
  price.addEventListener("input", spell);

  function read() {
    const value = spell();
    if (value === null) return wrong(price, place.dataset.wrongPrice);
    if (fen(again.value) !== value) return wrong(again, place.dataset.wrongAgain);
    const files = [...form.elements.documents.files];
    if (!files.length) return wrong(form.elements.documents, place.dataset.wrongDocuments);
    if (files.some((file) => !file.size)) return wrong(form.elements.documents, place.dataset.wrongEmpty);
    const size = files.reduce((sum, file) => sum + file.size, 0);
    if (size > Number(place.dataset.megabytes) * 1024 * 1024 * 0.99) return wrong(form.elements.documents, place.dataset.wrongSize);
    const days = form.elements.days.value.trim();
    if (form.elements.keyfile && !form.elements.keyfile.files.length) return wrong(form.elements.keyfile, place.dataset.wrongKeyfile);
    if (days && !/^[1-9]\d{0,4}$/.test(days)) return wrong(form.elements.days, place.dataset.wrongDays);
    return {
      files,
      fields: {
        price_fen: value,
        period_days: days ? Number(days) : null,
        quality: form.elements.quality.value.trim(),
        leader: form.elements.leader.value.trim(),
        files: files.map((file) => ({ name: file.name.slice(0, 150), size: file.size })),
      },
    };
  }
  function wrong(field, text) {
    say(text, "red");
    field.setAttribute("aria-invalid", "true");
    field.focus();
    return null;
  }

  // --- the bidder's own key ---------------------------------------------------------------------------------------------
  // The file is opened here before anything is sealed to it: a key that nobody can use would lose the bid.
  let own = "";
  async function ownKey() {
    const text = await form.elements.keyfile.files[0].text();
    const passphrase = form.elements.passphrase.value;
    return (await ask("openKey", { text, passphrase, kind: place.dataset.ownKind })).public;
  }
  const making = place.querySelector("form[data-own]");
  making?.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    const { passphrase, again } = making.elements;
    if (passphrase.value !== again.value) { say(place.dataset.differ, "red"); passphrase.focus(); return; }
    try {
      await ready;
      const made = await ask("makeKey", { passphrase: passphrase.value, kind: place.dataset.ownKind });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([made.file], { type: "application/json" }));
      link.download = `${place.dataset.ownName}-${made.public.slice(0, 8)}.json`;
      document.body.append(link);
      link.click();
      link.remove();
      await ask("forget");
      making.reset();
      say(place.dataset.ownMade, "green");
      form.elements.keyfile.focus();
    } catch (error) { say(words(error), "red"); }
  }, true);
  if (making) making.querySelector("button").disabled = false;

  // --- signing ------------------------------------------------------------------------------------------------------------
  // The chosen certificate is signed with in this page by its signer; without one a signature is pasted.
  const signing = form.querySelector("[data-signing]"), chosen = form.elements.certificate;
  let signature = "";
  const signs = () => Boolean(signing) && (place.dataset.mustSign === "1" || form.elements.hold.checked);
  const signer = () => (signs() && window.signing ? window.signing.of(chosen.selectedOptions[0]) : null);
  function showWays() {
    for (const way of signing.querySelectorAll("[data-by]")) {
      way.hidden = way.dataset.by !== chosen.selectedOptions[0].dataset.signer;
    }
  }
  if (signing) {
    chosen.addEventListener("change", showWays);
    showWays();
    // What belongs to the signature leaves the sealed bid as it is; only the signature is made anew.
    signing.addEventListener("input", (event) => event.stopPropagation());
  }
  async function openSigner() {
    const [option] = chosen.selectedOptions;
    await signer().open({ place: signing, certificate: option.dataset });
  }

  // --- sealing and sending ------------------------------------------------------------------------------------------------
  function at(step, share) {
    steps.hidden = bar.hidden = false;
    steps.textContent = `${place.dataset[step]} ${Math.floor(share * 100)} %`;
    bar.value = share;
  }
  function upload(envelope) {
    return new Promise((resolve, reject) => {
      const line = new XMLHttpRequest();
      line.open("POST", place.dataset.upload);
      line.setRequestHeader("Accept", "application/json");
      line.setRequestHeader("Content-Type", "application/octet-stream");
      line.setRequestHeader("X-CSRFToken", token());
      line.setRequestHeader("X-Bid-Organisation", place.dataset.organisation);
      line.setRequestHeader("X-Bid-SHA256", envelope.sha256);
      line.setRequestHeader("X-Bid-Commitment", envelope.commitment);
      if (own) line.setRequestHeader("X-Bid-Own-Key", own);
      if (signature) {
        line.setRequestHeader("X-Bid-Certificate", chosen.value);
        line.setRequestHeader("X-Bid-Signature", signature.replace(/\s/g, ""));
      }
      line.upload.addEventListener("progress", (event) => at("sending", event.loaded / envelope.size));
      line.addEventListener("error", () => reject(new Said(place.dataset.interrupted)));
      line.addEventListener("load", () => {
        let told = null;
        try { told = JSON.parse(line.responseText); } catch { /* a page instead of an answer */ }
        if (line.status !== 201 || !told) reject(new Said(sentence(told)));
        else if (told.receipt.sha256 !== envelope.sha256) reject(new Said(place.dataset.interrupted));
        else resolve(told);
      });
      line.send(envelope.blob);
    });
  }
  form.addEventListener("input", () => {
    sealed = null;
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
  });

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (button.disabled) return;
    const told = read();
    if (!told) return;
    button.disabled = true;
    say("");
    try {
      await ready;
      const by = signer();
      if (by) await openSigner(); // before the sealing takes its time: a wrong passphrase is said at once
      if (!sealed && place.dataset.ownKind) own = await ownKey();
      sealed ||= await ask("seal", {
        lot: place.dataset.lot, own, bound: place.dataset.bound, magic: place.dataset.magic, domain: place.dataset.domain,
        chunk: Number(place.dataset.chunk), fields: told.fields, files: told.files,
      }, (share) => at("working", share));
      showDigest(sealed.sha256);
      signature = by ? await by.sign(sealed.sha256) : signs() ? form.elements.signature?.value.trim() ?? "" : "";
      await ask("forget");
      if (signs() && !signature) {
        say(place.dataset.sign, "blue");
        return;
      }
      const answer = await upload(sealed);
      location.href = answer.page;
    } catch (error) {
      say(words(error), "red");
    } finally {
      button.disabled = false;
      ask("forget").catch(() => {});
    }
  }, true);
  function showDigest(text) {
    const box = place.querySelector("[data-digest]");
    if (box) box.textContent = text;
  }
  button.disabled = false;
})();
