// Reads the 8-bit RGB(A) pictures that browsers and our own window write, and says which colours are in them.

import {readFileSync} from "node:fs";
import {inflateSync} from "node:zlib";

/** @returns {{width: number, height: number, channels: number, data: Uint8Array}} */
export function readPng(path) {
  const file = readFileSync(path);
  let at = 8;
  let width = 0, height = 0, channels = 0;
  const parts = [];
  while (at < file.length) {
    const size = file.readUInt32BE(at);
    const type = file.toString("latin1", at + 4, at + 8);
    const body = file.subarray(at + 8, at + 8 + size);
    if (type === "IHDR") {
      width = body.readUInt32BE(0);
      height = body.readUInt32BE(4);
      channels = {2: 3, 6: 4}[body[9]];
      if (body[8] !== 8 || !channels) throw new Error(`${path}: a kind of PNG that is not read here`);
    }
    if (type === "IDAT") parts.push(body);
    at += size + 12;
  }
  return {width, height, channels, data: unfilter(inflateSync(Buffer.concat(parts)), width, height, channels)};
}

function unfilter(raw, width, height, channels) {
  const stride = width * channels;
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; ++y) {
    const filter = raw[y * (stride + 1)];
    for (let i = 0; i < stride; ++i) {
      const left = i >= channels ? out[y * stride + i - channels] : 0;
      const up = y > 0 ? out[(y - 1) * stride + i] : 0;
      const corner = i >= channels && y > 0 ? out[(y - 1) * stride + i - channels] : 0;
      const add = filter === 1 ? left : filter === 2 ? up : filter === 3 ? (left + up) >> 1 : filter === 4 ? paeth(left, up, corner) : 0;
      out[y * stride + i] = raw[y * (stride + 1) + 1 + i] + add;
    }
  }
  return out;
}

function paeth(a, b, c) {
  const p = a + b - c;
  const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)];
  return pa <= pb && pa <= pc ? a : pb <= pc ? b : c;
}

/** Shares of the pixels that are clearly blue, orange and green, how many colours there are, and the mean brightness. */
export function hues({width, height, channels, data}) {
  const counts = {blue: 0, orange: 0, green: 0};
  const colours = new Set();
  let brightness = 0;
  for (let i = 0; i < data.length; i += channels) {
    const [r, g, b] = [data[i], data[i + 1], data[i + 2]];
    colours.add((r << 16) | (g << 8) | b);
    brightness += (r + g + b) / 765;
    const max = Math.max(r, g, b), min = Math.min(r, g, b);
    if (max - min < 60) continue;
    const hue = (max === r ? ((g - b) / (max - min) + 6) % 6 : max === g ? (b - r) / (max - min) + 2 : (r - g) / (max - min) + 4) * 60;
    if (hue >= 195 && hue <= 240) ++counts.blue;
    if (hue >= 18 && hue <= 48) ++counts.orange;
    if (hue >= 120 && hue <= 180) ++counts.green;
  }
  const pixels = width * height;
  return {blue: counts.blue / pixels, orange: counts.orange / pixels, green: counts.green / pixels, colours: colours.size,
          brightness: brightness / pixels};
}
