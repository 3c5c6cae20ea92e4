// The device's own place, asked for by a press only; the page works without it, and no map is fetched from anywhere.
(() => {
  "use strict";
  const button = document.querySelector("[data-locate]");
  if (!button) return;
  const box = button.closest(".locate"), told = box.querySelector("[data-located]");
  if (!navigator.geolocation) { box.hidden = true; return; }
  const latitude = document.getElementById("id_lat"), longitude = document.getElementById("id_lon");
  button.addEventListener("click", () => {
    told.textContent = told.dataset.working;
    navigator.geolocation.getCurrentPosition((place) => {
      latitude.value = place.coords.latitude.toFixed(6);
      longitude.value = place.coords.longitude.toFixed(6);
      latitude.closest("details").open = true;
      told.textContent = told.dataset.done;
    }, () => { told.textContent = told.dataset.failed; }, { timeout: 10000, maximumAge: 60000 });
  });
})();
