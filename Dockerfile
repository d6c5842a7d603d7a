# metermock as an image: `docker build -t metermock .`, then `docker run --rm metermock --help`.
ARG PYTHON=3.12

FROM python:${PYTHON}-slim AS build
WORKDIR /src
# The releases of the lock, held by their hashes; they change less often than the code, so they come first.
COPY lock/ lock/
RUN python -m venv /opt/metermock
RUN /opt/metermock/bin/python lock/install.py lock/runtime.txt
COPY pyproject.toml README.md LICENSE ./
COPY openapi/ openapi/
COPY handlers/ handlers/
COPY fixtures/ fixtures/
COPY metermock/ metermock/
RUN /opt/metermock/bin/python -m pip install --quiet --no-index --no-deps --no-build-isolation .
# Compiled here, because the user of the image may not write there.
RUN /opt/metermock/bin/python -m compileall -q -j 0 /opt/metermock/lib
RUN /opt/metermock/bin/python -m pip uninstall --quiet --yes pip

FROM python:${PYTHON}-slim
RUN useradd --uid 10001 --create-home metermock
COPY --from=build /opt/metermock /opt/metermock
ENV PATH=/opt/metermock/bin:$PATH PYTHONUNBUFFERED=1
# By its number, for clusters that demand a user other than root.
USER 10001
WORKDIR /work
EXPOSE 4010
ENTRYPOINT ["metermock"]
CMD ["--help"]
