#!/usr/bin/python3
"""Makes the interface's fonts: subset_fonts.py OUTPUT.ttf "Family name" CANDIDATE...

The first CANDIDATE that exists is cut down to the characters below. Dear ImGui knows no OpenType features, so the digits
are replaced by the font's tabular ones (`tnum`) in the character map itself: columns of numbers and live figures then
keep still. Layout tables and hinting go, because nothing reads them. CFF outlines stay CFF (stb_truetype draws them).

Inter is under the SIL Open Font License 1.1, without reserved font names: it may be subset, renamed and embedded, with
the licence beside it. The name table keeps the copyright and the licence; fonts.sh copies the licence's text.
"""

import os
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

RANGES = [
    (0x20, 0x7E),      # Basic Latin
    (0xA0, 0xFF),      # Latin-1
    (0x400, 0x45F),    # Cyrillic
    (0x2070, 0x2071),  # superscripts; ¹²³ are in Latin-1
    (0x2074, 0x207F),
    (0x2080, 0x208E),  # subscripts
]
# Typography, arithmetic, arrows, spaces that do not break a number, Greek of formulas, simple shapes.
SINGLES = (
    '–—‘’‚“”„«»…•·‑′″‰№™'
    '×÷±−≈≤≥≠√∞°µ∑∆∂'
    '→←↑↓↔↗↘'
    '\u2002\u2003\u2007\u2008\u2009\u200a\u202f'
    'ΔΣΩλμπρσ'
    '✓✗▶◀▲▼■□●○◆◇'
)
WANTED = sorted({c for first, last in RANGES for c in range(first, last + 1)} | {ord(c) for c in SINGLES})


def tabular_digits(font):
    """Digit glyph -> its tabular form. The feature also widens punctuation and spaces, which texts must not have."""
    if 'GSUB' not in font:
        return {}
    table = font['GSUB'].table
    lookups = {i for record in table.FeatureList.FeatureRecord if record.FeatureTag == 'tnum'
               for i in record.Feature.LookupListIndex}
    digits = {font.getBestCmap()[c] for c in range(ord('0'), ord('9') + 1)}
    mapping = {}
    for index in sorted(lookups):
        for lookup in table.LookupList.Lookup[index].SubTable:
            lookup = getattr(lookup, 'ExtSubTable', lookup)
            for old, new in getattr(lookup, 'mapping', {}).items():
                if old in digits and isinstance(new, str):
                    mapping[old] = new
    return mapping


def even_widths(font, glyphs):
    """Interpolated weights of Inter 4 have a 4 that is 3/2816 em narrower than the other tabular digits."""
    widest = max(font['hmtx'][glyph][0] for glyph in glyphs)
    for glyph in glyphs:
        advance, bearing = font['hmtx'][glyph]
        if widest - advance <= font['head'].unitsPerEm // 200:
            font['hmtx'][glyph] = (widest, bearing)


def rename(font, family, style):
    """Our own family name, so that nobody takes the cut font for the full one."""
    names = font['name']
    for record in list(names.names):
        if record.nameID in (1, 16):
            names.setName(family, 1, record.platformID, record.platEncID, record.langID)
        elif record.nameID in (2, 17):
            names.setName(style, 2, record.platformID, record.platEncID, record.langID)
        elif record.nameID == 4:
            names.setName(f'{family} {style}', 4, record.platformID, record.platEncID, record.langID)
        elif record.nameID == 6:
            names.setName(f'{family}-{style}'.replace(' ', ''), 6, record.platformID, record.platEncID, record.langID)
    names.names = [record for record in names.names if record.nameID in (0, 1, 2, 4, 5, 6, 13, 14)]


def main():
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    output, family, candidates = sys.argv[1], sys.argv[2], sys.argv[3:]
    source = next((path for path in candidates if os.path.exists(path)), None)
    if source is None:
        sys.exit('none of these fonts is installed: ' + ' '.join(candidates))

    font = TTFont(source)
    tabular = tabular_digits(font)
    for cmap in font['cmap'].tables:
        if cmap.isUnicode():
            for code, glyph in list(cmap.cmap.items()):
                if ord('0') <= code <= ord('9') and glyph in tabular:
                    cmap.cmap[code] = tabular[glyph]
    if tabular:
        even_widths(font, list(tabular.values()))

    options = subset.Options()
    options.layout_features = []
    options.drop_tables += ['GSUB', 'GPOS', 'GDEF', 'kern', 'DSIG', 'FFTM', 'STAT']
    options.hinting = False
    options.desubroutinize = True  # smaller once compressed, and simpler to draw
    options.name_IDs = ['*']
    options.notdef_outline = True
    options.glyph_names = False
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=WANTED)
    cutter.subset(font)
    rename(font, family, 'SemiBold' if 'Bold' in os.path.basename(source) else 'Regular')
    font.recalcTimestamp = False  # a second run gives the same bytes
    font.save(output)

    has = TTFont(output).getBestCmap()
    advances = {TTFont(output)['hmtx'][has[c]][0] for c in range(ord('0'), ord('9') + 1)}
    missing = ''.join(chr(c) for c in WANTED if c not in has)
    print(f'{os.path.basename(output)}: {os.path.getsize(output)} bytes from {os.path.basename(source)}, {len(has)} '
          f'characters, digits {"tabular" if len(advances) == 1 else "NOT tabular"}, missing: {missing or "none"}')
    if len(advances) != 1:
        sys.exit('the digits have different widths')


if __name__ == '__main__':
    main()
