// Keeps what a member types as a draft, field by field. Without JavaScript the button does the same.
(function () {
  "use strict";
  var form = document.querySelector("form[data-autosave]");
  if (!form) return;
  var status = form.querySelector("[data-autosave-status]");
  var leaving = new AbortController(); // a draft on its way must not come in behind the card that is handed in

  form.addEventListener("submit", function () {
    leaving.abort();
  });

  function say(text) {
    status.textContent = text;
    status.classList.remove("vh");
  }

  function show(name, text) {
    var place = document.getElementById("error-" + name);
    if (!place) return;
    place.textContent = text || "";
    place.hidden = !text;
  }

  form.addEventListener("change", function (event) {
    var field = event.target;
    if (!field.name || field.name.indexOf("score_") !== 0) return;
    var data = new FormData();
    data.append("do", "save");
    data.append(field.name, field.value);
    data.append("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    fetch(form.getAttribute("action") || location.href, {
      method: "POST", body: data, credentials: "same-origin", headers: { "X-Requested-With": "fetch" },
      signal: leaving.signal
    })
      .then(function (answer) {
        return answer.json();
      })
      .then(function (answer) {
        var text = answer.errors[field.name] || answer.errors[""];
        show(field.name, answer.errors[field.name]);
        say(text || form.dataset.saved);
      })
      .catch(function () {
        if (!leaving.signal.aborted) say(form.dataset.failed);
      });
  });
})();
