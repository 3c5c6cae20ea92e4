// First thing on the page: says that scripts run, so that no part of it jumps later.
document.documentElement.classList.add("js-enabled");
