# One image for web, worker, beat and migrate; docker-compose.yml says which command each runs.

# The design system's files and our stylesheet.
FROM node:22-slim AS design
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=optional
COPY static/src static/src
RUN node_modules/.bin/sass --load-path=. --style=compressed --no-source-map --quiet static/src/app.scss static/build/app.css

# The Python packages, each checked against its hash.
FROM python:3.11-slim AS packages
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/base.txt

# Every static file under a name that carries its hash.
FROM packages AS static
WORKDIR /app
COPY . .
COPY --from=design /app/node_modules node_modules
COPY --from=design /app/static/build static/build
RUN DEMONSTRATION=0 /venv/bin/python manage.py collectstatic --noinput --verbosity 0

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin escalation
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
COPY --from=static /app/var/static var/static
ENV PATH="/venv/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 BIND=0.0.0.0:8000
USER escalation
EXPOSE 8000
CMD ["gunicorn", "escalation.wsgi", "-c", "escalation/gunicorn.py"]
