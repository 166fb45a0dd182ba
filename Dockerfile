# docker build --tag citeaudit .
FROM rust:1-slim-bookworm AS build
WORKDIR /build
COPY . .
RUN cargo build --release --locked --bin citeaudit

FROM debian:bookworm-slim
# The certificates that pages are trusted by.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /build/target/release/citeaudit /usr/local/bin/citeaudit
RUN useradd --uid 10001 --create-home --home-dir /data citeaudit
USER citeaudit
WORKDIR /data
VOLUME /data
EXPOSE 8642
ENTRYPOINT ["citeaudit"]
CMD ["--help"]
