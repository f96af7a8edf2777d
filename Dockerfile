# Mockade on a port: docker build -t mockade . && docker run --rm -p 6464:6464 -e MOCKADE_TOKEN=secret mockade
# What is mounted at /apis is its home (specs/, fixtures/, apis/); docs/docker.md says more.
FROM python:3.13-slim AS build
WORKDIR /build
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY src src
COPY specs specs
COPY fixtures fixtures
RUN python -m venv /opt/mockade && /opt/mockade/bin/pip install --no-cache-dir -c constraints.txt '.[redis]'
# The bundled contracts are read once, here: the root may be read-only when it serves.
RUN MOCKADE_CACHE=/opt/mockade/cache /opt/mockade/bin/mockade apis

FROM python:3.13-slim
COPY --from=build /opt/mockade /opt/mockade
ENV PATH=/opt/mockade/bin:$PATH
ENV PYTHONDONTWRITEBYTECODE=1
ENV PYTHONUNBUFFERED=1
ENV MOCKADE_CACHE=/opt/mockade/cache
ENV MOCKADE_HOST=0.0.0.0
ENV MOCKADE_PORT=6464
WORKDIR /srv
USER 10001:10001
EXPOSE 6464
HEALTHCHECK --interval=5s --timeout=3s --start-period=30s --retries=3 CMD ["python", "-c", "import os, urllib.request as http; http.urlopen(f'http://127.0.0.1:{os.environ[\"MOCKADE_PORT\"]}/_mockade/v1/ready', timeout=2)"]
ENTRYPOINT ["/bin/sh", "-c", "if [ -d /apis/specs ]; then export MOCKADE_HOME=/apis; fi; exec mockade \"$@\"", "mockade"]
CMD ["serve"]
