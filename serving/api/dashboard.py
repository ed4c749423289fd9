"""The dashboard's files, served beside the API."""

from http import HTTPStatus
from pathlib import Path

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

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


class CompressedFiles:
    """Compresses the dashboard's files; what the API streams goes out as it comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, minimum_size=1024)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_file = scope["type"] == "http" and scope["path"].startswith(("/assets/", "/index.html"))
        await (self._compressing if is_file else self._app)(scope, receive, send)


def _is_page(request: Request) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and not request.url.path.startswith("/api/")
        and "text/html" in request.headers.get("accept", "")
    )
