# One image for all services; the command says which: `docker run … ingest`. Not built here: no container engine at hand.
FROM node:26.10.0-bookworm-slim

ENV NODE_ENV=production
WORKDIR /app

COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

# what .dockerignore lets through
COPY . .

# named volumes take over these owners, so that a process that is not root can write there
RUN mkdir -p /var/lib/outfall/data /var/lib/outfall/broker && chown -R node:node /var/lib/outfall
USER node

ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "services/cli/main.ts"]
CMD ["--help"]
