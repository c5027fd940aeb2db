"""Contrast of the two themes (WCAG 2.2, success criteria 1.4.3 and 1.4.11), computed from the palettes' source."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = 4.5
GRAPHICS = 3.0


def palette(name):
    source = (ROOT / "shared/ui/theme.cpp").read_text(encoding="utf-8")
    body = source.split(f"constexpr Palette {name} = {{", 1)[1].split("};", 1)[0]
    return {key: [int(hex, 16) for hex in re.findall(r"rgb\(0x([0-9a-f]{6})", value)]
            for key, value in re.findall(r"\.(\w+) = (.*?),\n", body)}


def luminance(color):
    def linear(channel):
        part = channel / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
    return 0.2126 * linear(color >> 16) + 0.7152 * linear(color >> 8 & 255) + 0.0722 * linear(color & 255)


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


class Contrast(unittest.TestCase):
    def each(self):
        for theme in ("kDark", "kLight"):
            yield theme, palette(theme)

    def check(self, theme, what, one, other, least):
        ratio = contrast(one, other)
        self.assertGreaterEqual(round(ratio, 2), least, f"{theme}: {what}: {ratio:.2f}")

    def test_text_on_every_surface(self):
        for theme, colors in self.each():
            for ink in ("text", "muted", "faint", "good", "warn", "bad", "lock"):
                for surface in ("page", "panel", "raised"):
                    self.check(theme, f"{ink} on {surface}", colors[ink][0], colors[surface][0], TEXT)

    def test_the_main_button(self):
        for theme, colors in self.each():
            for surface in ("accent", "accent_hover"):
                self.check(theme, f"label on {surface}", colors["on_accent"][0], colors[surface][0], TEXT)

    def test_models_on_their_lanes(self):
        for theme, colors in self.each():
            for index, hue in enumerate(colors["model"]):
                for surface in ("lane", "panel", "page"):
                    self.check(theme, f"model {index} on {surface}", hue, colors[surface][0], GRAPHICS)


if __name__ == "__main__":
    unittest.main()
