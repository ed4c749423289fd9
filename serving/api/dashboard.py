"""The dashboard's files, served beside the API."""

from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response

from serving.api.problems import from_http_exception, problem

_NOT_BUILT = "The dashboard is not built; run `make dashboard` and reload. The API works."


def serve_dashboard(app: FastAPI, folder: Path) -> None:
    """Serve the folder at `/`; its pages that are no files are the dashboard's own business."""
    if folder.is_dir():
        app.frontend("/", directory=folder, fallback=None)

    async def answer(request: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.NOT_FOUND and _is_page(request):
            index = folder / "index.html"
            if index.is_file():
                return FileResponse(index)
            return problem(HTTPStatus.NOT_FOUND, _NOT_BUILT)
        return await from_http_exception(request, error)

    app.add_exception_handler(HTTPException, answer)  # pyright: ignore[reportArgumentType]  Starlette's type is too wide


def _is_page(request: Request) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.url.path.startswith("/api/")
        and "text/html" in request.headers.get("accept", "")
    )
