"""`longan dataset`: from a stranger's labelled pictures to a release, and out again."""

import json
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from rich.progress import Progress

from algorithms.catalog import manifest
from algorithms.detector import Detector
from algorithms.errors import DatasetError
from algorithms.manifest import AlgorithmManifest
from serving.settings import Settings
from training.datasets.archive import unpacked
from training.datasets.exporters import EXPORTERS
from training.datasets.importers import IMPORTERS, read
from training.datasets.labelled import Labelled, joined, renamed
from training.datasets.labelling import TOOLS
from training.datasets.labelling.sheet import known_again
from training.datasets.library import Library, stated
from training.datasets.prelabels import ToLabel, suggest
from training.datasets.safety import json_of, yaml_of
from training.datasets.splits import grouped_split
from training.feedback.command import from_reviews
from training.quality.drafting import FIXABLE, draft
from training.quality.page import page
from training.quality.patch import Patch, patched
from training.quality.pictures import Look, look
from training.quality.report import Judge, QualityReport, assess, classes_of, hashes_of

dataset = typer.Typer(
    help="Labelled pictures: import, check, release, export.", no_args_is_help=True
)
dataset.command("from-reviews")(from_reviews)

_Kind = Annotated[
    str | None, typer.Option("--format", help=f"One of {', '.join(IMPORTERS)}; default: looked at.")
]
_Patches = Annotated[
    list[Path] | None,
    typer.Option("--patch", exists=True, dir_okay=False, help="Apply these corrections."),
]
_Gate = Annotated[bool, typer.Option("--gate", help="Fail where the quality is not good enough.")]


@dataset.command("import")
def import_command(
    data: Annotated[Path, typer.Argument(help="The file, folder or ZIP.")],
    name: Annotated[str, typer.Option(help="What to call it here.")],
    kind: _Kind = None,
    licence: Annotated[
        str | None, typer.Option(help="Of pictures that state none, such as CC-BY-4.0.")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    record: Annotated[str | None, typer.Option(help="Its record in a catalogue.")] = None,
    classes: Annotated[
        Path | None, typer.Option(help="YAML: name in the data → name wanted (empty: drop).")
    ] = None,
    patch: _Patches = None,
    skip_broken: Annotated[
        bool, typer.Option("--skip-broken", help="Leave pictures out that cannot be decoded.")
    ] = False,
    pictures: Annotated[
        Path | None, typer.Option(exists=True, help="Their folder, where they don't lie with it.")
    ] = None,
    exported: Annotated[
        Path | None,
        typer.Option(exists=True, help="The folder that was exported for labelling: its pictures."),
    ] = None,
) -> None:
    """Keep a labelled data set in the library; prints its COCO file."""
    patches = [Patch.from_file(file) for file in patch or []]
    with unpacked(data) as folder:
        found = read(folder, kind, exported / "images" if exported else pictures)
        for note in found.notes:
            typer.echo(note, err=True)
        if exported:
            found = known_again(found, exported)
        found = _patched(found, patches)
        found = stated(found, licence=licence, source=source or name, record=record)
        _keep(name, found, classes, skip_broken=skip_broken)


def _keep(name: str, found: Labelled, classes: Path | None, *, skip_broken: bool) -> None:
    if classes:
        found = renamed(found, _class_map(classes))
    if skip_broken:
        whole = tuple(picture for picture in found.pictures if picture.width)
        left = len(found.pictures) - len(whole)
        typer.echo(f"left out: {left} pictures that cannot be decoded", err=True)
        found = replace(found, pictures=whole)
    with _progress(f"import {name}") as progress:
        typer.echo(_library().add(name, found, progress))


@dataset.command("release")
def release_command(
    names: Annotated[list[str], typer.Argument(help="Imported data sets.")],
    split: Annotated[
        str | None, typer.Option(help="Split anew, such as train=0.8,val=0.2; default: as it is.")
    ] = None,
    parent: Annotated[str | None, typer.Option(help="The release it goes on from.")] = None,
    gate: _Gate = False,
) -> None:
    """Freeze imported data sets as one release; prints its id."""
    library = _library()
    data = joined(library.imported(name) for name in names)
    if gate:
        with _progress("quality") as progress:
            report = assess(data, None, progress)
        hashes = hashes_of(report.looks)
    else:
        with _progress("look-alikes") as progress:
            hashes = _hashes(data, progress)
        report = None
    if split:
        data = grouped_split(data, hashes, _shares(split))
        report = report and report.resplit(data)
    if report and report.reasons:
        raise DatasetError(f"does not pass the gate: {'; '.join(report.reasons)}")
    made = library.release(data, hashes, imports=names, parent=parent, now=datetime.now(UTC))
    typer.echo(made.id)


@dataset.command("export")
def export_command(
    release: Annotated[
        str, typer.Argument(help="A release's id, or its beginning; for labelling also an import.")
    ],
    out: Annotated[Path, typer.Option(help="A new or empty folder.")],
    kind: Annotated[
        str,
        typer.Option("--format", help=f"One of {', '.join(EXPORTERS)}; or {', '.join(TOOLS)}."),
    ] = "yolo",
    pre_label: Annotated[
        str | None, typer.Option(help="For labelling: suggest boxes; a name, or a manifest.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its ONNX file.")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="For labelling: the classes in order, such as helmet,bare.")
    ] = None,
) -> None:
    """Write a release for others to read or to label; prints what was written."""
    if kind not in EXPORTERS | TOOLS:
        raise DatasetError(f"{kind}: expected a format of {', '.join([*EXPORTERS, *TOOLS])}")
    if out.exists() and any(out.iterdir()):
        raise DatasetError(f"{out}: expected a new or empty folder")
    if kind in TOOLS:
        work = _to_label(_found(release, None), pre_label, model, labels)
        out.mkdir(parents=True, exist_ok=True)
        typer.echo(f"{out}: {TOOLS[kind](work, out)}")
        return
    if pre_label or labels:
        raise DatasetError(f"--pre-label and --labels: only with --format {' or '.join(TOOLS)}")
    library = _library()
    found = library.released(release)
    for picture in found.data.pictures:
        library.store.checked(picture.file.name)
    out.mkdir(parents=True, exist_ok=True)
    typer.echo(f"{out}: {EXPORTERS[kind](found, out)}")


@dataset.command("patch")
def patch_command(
    report: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A report.json of `report`.")
    ],
    out: Annotated[Path, typer.Option(help="A new YAML file.")],
    fix: Annotated[
        list[str] | None, typer.Option(help=f"Write corrections for: {', '.join(FIXABLE)}.")
    ] = None,
    accept: Annotated[
        list[str] | None, typer.Option(help="Let findings of this kind stay.")
    ] = None,
) -> None:
    """Draft a patch from a report's list to fix, to read through and edit."""
    if out.exists():
        raise DatasetError(f"{out}: exists already; name a new file")
    content = json_of(report)
    if not isinstance(content, dict) or "to_fix" not in content:
        raise DatasetError(f"{report}: expected the report.json of `longan dataset report`")
    drafted = draft(cast("dict[str, Any]", content)["to_fix"], fix or ["leak"], accept or [])
    out.write_text(drafted.to_yaml(), encoding="utf-8")
    typer.echo(f"{out}: {len(drafted.corrections)} pictures corrected")


@dataset.command("report")
def report_command(
    data: Annotated[str, typer.Argument(help="A file or folder, an import or a release.")],
    out: Annotated[Path, typer.Option(help="Folder for index.html and report.json.")],
    kind: _Kind = None,
    licence: Annotated[str | None, typer.Option(help="Of pictures that state none.")] = None,
    algorithm: Annotated[
        str | None, typer.Option(help="Doubt the labels with this model: a name, or a manifest.")
    ] = None,
    model: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its ONNX file.")
    ] = None,
    same: Annotated[
        list[str] | None, typer.Option(help="data-class=model-class; same names need none.")
    ] = None,
    patch: _Patches = None,
    gate: _Gate = False,
) -> None:
    """Write the quality report; with --gate, exit 1 where it doesn't pass."""
    patches = [Patch.from_file(file) for file in patch or []]
    found = _patched(_found(data, kind), patches)
    found = stated(found, licence=licence, source=None, record=None)
    judge = _judge(algorithm, model, found, same or []) if algorithm else None
    with _progress("quality") as progress:
        report = assess(found, judge, progress, tuple(a for one in patches for a in one.accept))
    out.mkdir(parents=True, exist_ok=True)
    text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
    (out / "report.json").write_text(text, encoding="utf-8")
    (out / "index.html").write_text(page(data, report), encoding="utf-8")
    _print(report, out)
    if gate and report.reasons:
        raise typer.Exit(1)


def _print(report: QualityReport, out: Path) -> None:
    for name, count in report.counts.items():
        typer.echo(f"{name:15} {count:6}   -{report.lost[name]:.1f}")
    verdict = "; ".join(report.reasons) or "passes"
    typer.echo(f"score {report.score:.0f} of 100: {verdict}\n{out / 'index.html'}")


def _found(data: str, kind: str | None) -> Labelled:
    if Path(data).exists():
        return read(Path(data), kind)
    library = _library()
    if (library.folder / "imports" / data).is_dir():
        return library.imported(data)
    return library.released(data).data


def _to_label(
    data: Labelled, pre_label: str | None, model: Path | None, labels: str | None
) -> ToLabel:
    """With the classes in the order asked for, else the network's and then the data's own."""
    wanted = [name.strip() for name in (labels or "").split(",") if name.strip()]
    if pre_label is None:
        return ToLabel(data, tuple(wanted or data.classes))
    detector = _detector(pre_label, model)
    about = detector.manifest
    order = dict.fromkeys(wanted or [*about.class_names, *data.classes])
    with _progress("pre-label") as progress:
        suggestions = suggest(data, detector, progress)
    return ToLabel(data, tuple(order), suggestions, f"{about.name} {about.version}")


def _patched(data: Labelled, patches: Sequence[Patch]) -> Labelled:
    done = patched(data, patches)
    if done.unused:
        typer.echo(f"{len(done.unused)} corrections of pictures that are not there", err=True)
    return done.data


def _judge(algorithm: str, model: Path | None, data: Labelled, same: Sequence[str]) -> Judge:
    detector = _detector(algorithm, model)
    return Judge(detector, classes_of(detector, data, _pairs(same)))


def _detector(algorithm: str, model: Path | None) -> Detector:
    is_file = algorithm.endswith((".yaml", ".yml"))
    wanted = AlgorithmManifest.from_file(Path(algorithm)) if is_file else manifest(algorithm)
    file = model or Settings().weights_dir / f"{wanted.name}-{wanted.version}.onnx"
    return Detector.load(wanted, file)


def _pairs(entries: Sequence[str]) -> dict[str, str]:
    wrong = [entry for entry in entries if entry.count("=") != 1]
    if wrong:
        raise DatasetError(f"{', '.join(wrong)}: expected name=value")
    return {key.strip(): value.strip() for key, value in (entry.split("=") for entry in entries)}


def _shares(text: str) -> dict[str, float]:
    try:
        return {name: float(share) for name, share in _pairs(text.split(",")).items()}
    except ValueError as error:
        raise DatasetError(f"{text}: expected such as train=0.8,val=0.2") from error


def _class_map(file: Path) -> dict[str, str | None]:
    content = yaml_of(file)
    if not isinstance(content, dict):
        raise DatasetError(f"{file}: expected a mapping of class names")
    pairs = cast("dict[object, object]", content)
    return {str(old): None if new is None else str(new) for old, new in pairs.items()}


def _hashes(data: Labelled, progress: Callable[[int, int], None]) -> list[int]:
    looks: list[Look] = []
    for done, picture in enumerate(data.pictures, 1):
        looks.append(look(picture.file))
        progress(done, len(data.pictures))
    return hashes_of(looks)


def _library() -> Library:
    return Library((Settings().data_dir / "datasets").absolute())


@contextmanager
def _progress(title: str) -> Generator[Callable[[int, int], None]]:
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
