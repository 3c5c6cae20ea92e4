"""Fetch the browser libraries from npm, build what must be built, and write static/vendor with its MANIFEST.json.

Run by a developer when a version changes (needs Node and npm, once); the portal itself needs neither. What is taken:
GOV.UK Frontend (form styles and three small scripts, without its font, crest and colours), htmx, a custom bundle of
Apache ECharts, libsodium.js as published (sealed bids), and axe-core for the browser tests. Usage: `python .ci/vendor_static.py [work directory]`.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "browser" / "vendor"
PACKAGES = {
    "govuk-frontend": "6.6.0",
    "htmx.org": "2.0.11",
    "echarts": "6.1.0",
    "libsodium-sumo": "0.8.4",
    "libsodium-wrappers-sumo": "0.8.4",
    "axe-core": "4.14.1",
}
BUILDERS = {"esbuild": "0.28.2", "sass": "1.93.2"}
LICENCES = {
    "govuk-frontend": "MIT",
    "htmx.org": "0BSD",
    "echarts": "Apache-2.0",
    "libsodium-sumo": "ISC",
    "axe-core": "MPL-2.0",
}

GOVUK_SCSS = """
$family: -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "HarmonyOS Sans SC", "MiSans", "Microsoft YaHei",
  "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", system-ui, sans-serif;
$scale: (
  80: (null: (font-size: 36px, line-height: 48px), print: (font-size: 28pt, line-height: 1.3)),
  48: (null: (font-size: 28px, line-height: 40px), tablet: (font-size: 36px, line-height: 48px), print: (font-size: 24pt, line-height: 1.3)),
  36: (null: (font-size: 24px, line-height: 34px), tablet: (font-size: 28px, line-height: 40px), print: (font-size: 20pt, line-height: 1.3)),
  27: (null: (font-size: 20px, line-height: 30px), tablet: (font-size: 24px, line-height: 34px), print: (font-size: 16pt, line-height: 1.4)),
  24: (null: (font-size: 20px, line-height: 30px), print: (font-size: 16pt, line-height: 1.4)),
  19: (null: (font-size: 18px, line-height: 30px), print: (font-size: 12pt, line-height: 1.6)),
  16: (null: (font-size: 16px, line-height: 27px), print: (font-size: 11pt, line-height: 1.6)),
);
@use "govuk-frontend/dist/govuk/base" with (
  $govuk-typography-scale: $scale,
  $govuk-font-family: $family,
  $govuk-include-default-font-face: false,
  $govuk-page-width: 1200px,
  $govuk-assets-path: "/"
);
@use "govuk-frontend/dist/govuk/custom-properties";
@use "govuk-frontend/dist/govuk/core";
@use "govuk-frontend/dist/govuk/objects";
@use "govuk-frontend/dist/govuk/components/button";
@use "govuk-frontend/dist/govuk/components/character-count";
@use "govuk-frontend/dist/govuk/components/checkboxes";
@use "govuk-frontend/dist/govuk/components/details";
@use "govuk-frontend/dist/govuk/components/error-message";
@use "govuk-frontend/dist/govuk/components/error-summary";
@use "govuk-frontend/dist/govuk/components/fieldset";
@use "govuk-frontend/dist/govuk/components/file-upload";
@use "govuk-frontend/dist/govuk/components/hint";
@use "govuk-frontend/dist/govuk/components/input";
@use "govuk-frontend/dist/govuk/components/inset-text";
@use "govuk-frontend/dist/govuk/components/label";
@use "govuk-frontend/dist/govuk/components/notification-banner";
@use "govuk-frontend/dist/govuk/components/panel";
@use "govuk-frontend/dist/govuk/components/pagination";
@use "govuk-frontend/dist/govuk/components/password-input";
@use "govuk-frontend/dist/govuk/components/radios";
@use "govuk-frontend/dist/govuk/components/select";
@use "govuk-frontend/dist/govuk/components/summary-list";
@use "govuk-frontend/dist/govuk/components/table";
@use "govuk-frontend/dist/govuk/components/tag";
@use "govuk-frontend/dist/govuk/components/task-list";
@use "govuk-frontend/dist/govuk/components/textarea";
@use "govuk-frontend/dist/govuk/components/warning-text";
@use "govuk-frontend/dist/govuk/utilities";
@use "govuk-frontend/dist/govuk/overrides";
"""

GOVUK_JS = """
export { CharacterCount, ErrorSummary, PasswordInput } from "govuk-frontend";
"""

ECHARTS_JS = """
import { init, use } from "echarts/core";
import { BarChart, GaugeChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { CanvasRenderer } from "echarts/renderers";
use([BarChart, GaugeChart, LineChart, PieChart, AriaComponent, GridComponent, LegendComponent, MarkLineComponent,
  TooltipComponent, CanvasRenderer]);
export { init };
"""

FORBIDDEN_IN_GOVUK_CSS = ("@font-face", "GDS Transport", "crest", "url(")


def run(*command: str, cwd: Path) -> None:
    subprocess.run(command, cwd=cwd, check=True)


def install(work: Path) -> Path:
    """Install the pinned packages below `work`; returns its node_modules."""
    (work / "package.json").write_text('{"private": true, "type": "module"}')
    wanted = [f"{name}@{version}" for name, version in {**PACKAGES, **BUILDERS}.items()]
    run("npm", "install", "--no-audit", "--no-fund", "--save-exact", *wanted, cwd=work)
    return work / "node_modules"


def bundle(work: Path, source: str, target: Path, global_name: str) -> None:
    entry = work / f"{global_name}.entry.js"
    entry.write_text(source)
    esbuild = str(work / "node_modules" / ".bin" / "esbuild")
    run(
        esbuild,
        str(entry),
        "--bundle",
        "--minify",
        "--format=iife",
        "--target=es2019",
        "--legal-comments=none",
        f"--global-name={global_name}",
        f"--outfile={target}",
        cwd=work,
    )


def style(work: Path, target: Path) -> None:
    entry = work / "govuk.scss"
    entry.write_text(GOVUK_SCSS)
    sass = str(work / "node_modules" / ".bin" / "sass")
    run(sass, "--style=compressed", "--no-source-map", "--load-path=node_modules", str(entry), str(target), cwd=work)
    text = target.read_text()
    left = [word for word in FORBIDDEN_IN_GOVUK_CSS if word in text]
    if left:
        raise SystemExit(f"the built GOV.UK style still holds {left}")


def manifest_entry(base: Path, package: str, changes: str) -> dict[str, Any]:
    folder = base / package
    files = {
        str(path.relative_to(base)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    return {
        "name": package,
        "version": PACKAGES[package],
        "licence": LICENCES[package],
        "changes": changes,
        "sha256": files,
    }


def write_manifest(base: Path, changes: dict[str, str]) -> None:
    entries = [manifest_entry(base, package, text) for package, text in changes.items()]
    (base / "MANIFEST.json").write_text(json.dumps(entries, indent=2) + "\n")


def fresh(base: Path, package: str) -> Path:
    folder = base / package
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def build(work: Path) -> None:
    modules = install(work)
    govuk = fresh(VENDOR, "govuk-frontend")
    style(work, govuk / "govuk-frontend.min.css")
    bundle(work, GOVUK_JS, govuk / "govuk-frontend.min.js", "GOVUKFrontend")
    # The package carries no licence file; this is the text of its repository.
    shutil.copy(ROOT / ".ci" / "govuk-frontend.LICENSE", govuk / "LICENSE")
    htmx = fresh(VENDOR, "htmx.org")
    shutil.copy(modules / "htmx.org" / "dist" / "htmx.min.js", htmx)
    shutil.copy(modules / "htmx.org" / "LICENSE", htmx)
    echarts = fresh(VENDOR, "echarts")
    bundle(work, ECHARTS_JS, echarts / "echarts.portal.min.js", "echarts")
    for name in ("LICENSE", "NOTICE"):
        shutil.copy(modules / "echarts" / name, echarts)
    sodium = fresh(VENDOR, "libsodium-sumo")
    shutil.copy(modules / "libsodium-sumo" / "dist" / "modules-sumo" / "libsodium-sumo.js", sodium)
    shutil.copy(modules / "libsodium-wrappers-sumo" / "dist" / "modules-sumo" / "libsodium-wrappers.js", sodium)
    shutil.copy(modules / "libsodium-sumo" / "LICENSE", sodium)
    axe = fresh(TEST_VENDOR, "axe-core")
    shutil.copy(modules / "axe-core" / "axe.min.js", axe)
    shutil.copy(modules / "axe-core" / "LICENSE", axe)
    write_manifest(
        VENDOR,
        {
            "govuk-frontend": "compiled from its Sass with the components in use, own font family, no font, no crest; "
            "three scripts bundled",
            "htmx.org": "as published",
            "echarts": "bundle of line, bar, pie, gauge, aria, grid, legend, mark line, tooltip, canvas renderer",
            "libsodium-sumo": "as published, with libsodium-wrappers-sumo of the same version; loaded by a worker only",
        },
    )
    write_manifest(TEST_VENDOR, {"axe-core": "as published; used by the browser tests only"})


def main() -> None:
    if len(sys.argv) > 1:
        work = Path(sys.argv[1])
        work.mkdir(parents=True, exist_ok=True)
        return build(work)
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder))


if __name__ == "__main__":
    main()
