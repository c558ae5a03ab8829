// The same small application for Node: the log of morgan and that of pino-http.
//
//     node app.js PORT SITE MORGAN_LOG PINO_LOG
'use strict'
const fs = require('fs')
const http = require('http')
const path = require('path')
const [port, site, morganLog, pinoLog] = process.argv.slice(2)
const morgan = require('morgan')('combined', { stream: fs.createWriteStream(morganLog, { flags: 'a' }) })
const into = fs.createWriteStream(pinoLog, { flags: 'a' })
const pino = require('pino-http')({ base: { pid: process.pid, hostname: 'example.test' } }, into)

function answer (request, response) {
  let asked
  try { asked = decodeURIComponent(request.url.split('?')[0]) } catch (_) { return end(response, 400, 'bad path\n') }
  const parts = asked.split('/').filter(part => part && part !== '.' && part !== '..')
  if (asked.includes('\0')) return end(response, 400, 'bad path\n')
  if (parts[0] === 'forbidden') return end(response, 403, 'forbidden\n')
  if (!['GET', 'HEAD', 'POST'].includes(request.method)) return end(response, 405, 'not so\n')
  const file = path.join(site, ...parts)
  if (!fs.existsSync(file)) return end(response, 404, 'not here\n')
  if (fs.statSync(file).isDirectory()) {
    if (!asked.endsWith('/')) {
      response.setHeader('Location', '/' + parts.join('/') + '/')
      return end(response, 301, '')
    }
    return end(response, 200, fs.readdirSync(file).sort().join('\n') + '\n')
  }
  response.setHeader('Content-Length', fs.statSync(file).size)
  response.setHeader('Content-Type', 'text/csv')
  if (request.method === 'HEAD') return response.end()
  fs.createReadStream(file).on('error', () => response.destroy()).pipe(response)
}

function end (response, status, text) {
  response.statusCode = status
  response.setHeader('Content-Length', Buffer.byteLength(text))
  response.end(text)
}

function serve (request, response) {
  pino(request, response)
  morgan(request, response, () => answer(request, response))
}

for (const host of ['127.0.0.1', '::1']) http.createServer(serve).listen(Number(port), host)
