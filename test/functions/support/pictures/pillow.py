"""Writes pictures with Pillow, and tells what Pillow sees on pictures.

    pillow.py write FOLDER        writes every format in small and odd sizes
    pillow.py see FOLDER SIDE     prints, as JSON, the RGB pixels of every file by its name: upright,
                                  on white, averaged to SIDE x SIDE, as hexadecimal digits; or why not
"""

import io
import json
import os
import random
import sys

from PIL import Image, ImageFile, ImageOps

SIZES = [(1, 1), (1, 2), (2, 2), (3, 2), (3, 5), (7, 1), (1, 1000), (1000, 1), (2, 700), (9, 7), (15, 17),
         (16, 16), (31, 33), (33, 31), (130, 65)]
SAMPLINGS = ["4:4:4", "4:2:2", "4:2:0"]


def pictures(width, height):
    """A smooth picture and a noisy one, both with transparency."""
    smooth = Image.new("RGBA", (width, height))
    smooth.putdata([(255 * x // width, 255 * y // height, 128 + 127 * (x - y) // (width + height),
                     255 - 200 * x // width) for y in range(height) for x in range(width)])
    noise = random.Random(width * 1000 + height).randbytes(4 * width * height)
    yield "smooth", smooth
    yield "noisy", Image.frombytes("RGBA", (width, height), noise)


def variants(rgba):
    """Names, formats and options."""
    rgb, grey, palette = rgba.convert("RGB"), rgba.convert("L"), rgba.convert("RGB").quantize(16)
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = {"exif": exif.tobytes()}
    for sampling in SAMPLINGS:
        for quality in (30, 95):
            for progressive in (False, True):
                yield (f"{sampling} {quality} {'progressive' if progressive else 'baseline'}", rgb, "JPEG",
                       {"subsampling": sampling, "quality": quality, "progressive": progressive})
        yield sampling, rgb, "AVIF", {"subsampling": sampling, "speed": 9}
    yield "grey", grey, "JPEG", {}
    yield "CMYK", rgb.convert("CMYK"), "JPEG", {"quality": 95}
    yield "RGB", rgb, "JPEG", {"keep_rgb": True}
    yield "restarts", rgb, "JPEG", {"restart_marker_rows": 1}
    yield "transparent", rgba, "AVIF", {"subsampling": "4:2:0", "speed": 9}
    yield "grey", grey, "AVIF", {"subsampling": "4:0:0", "speed": 9}
    for name in ("JPEG", "PNG", "WEBP", "AVIF"):
        yield "turned", rgb, name, turned
    for mode, image in (("1", grey.convert("1")), ("L", grey), ("P", palette), ("RGB", rgb), ("RGBA", rgba)):
        yield mode, image, "PNG", {}
        yield mode, image, "BMP", {}
        for interlace in (0, 1):
            yield f"{mode} {interlace}", image, "GIF", {"interlace": interlace}
    yield "LA", rgba.convert("LA"), "PNG", {}
    for lossless in (False, True):
        for mode, image in (("RGB", rgb), ("RGBA", rgba)):
            yield f"{mode} {lossless}", image, "WEBP", {"lossless": lossless}
            yield (f"{mode} {lossless} animated", image, "WEBP",
                   {"lossless": lossless, "save_all": True, "append_images": [ImageOps.flip(image)]})
    for name, first in (("animated", {}), ("animated beside a picture", {"default_image": True})):
        yield name, rgb, "PNG", {"save_all": True, "append_images": [ImageOps.flip(rgb), rgb], **first}
    yield "animated", palette, "GIF", {"save_all": True, "append_images": [ImageOps.flip(palette)]}


def write(folder):
    ImageFile.MAXBLOCK = 2**22  # noise takes more than the encoder expects
    for width, height in SIZES:
        for content, rgba in pictures(width, height):
            for name, image, kind, options in variants(rgba):
                file = io.BytesIO()
                image.save(file, kind, **options)
                path = os.path.join(folder, f"{kind} {width}x{height} {content} {name}")
                with open(path, "wb") as out:
                    out.write(file.getvalue())


def see(folder, side):
    Image.MAX_IMAGE_PIXELS = None
    pixels = {}
    for name in os.listdir(folder):
        try:
            image = Image.open(os.path.join(folder, name))
            image.load()
            image = ImageOps.exif_transpose(image)
            if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
                image = image.convert("RGBA")
                image = Image.alpha_composite(Image.new("RGBA", image.size, (255,) * 4), image)
            pixels[name] = image.convert("RGB").resize((side, side), Image.BOX).tobytes().hex()
        except Exception as error:
            pixels[name] = "refused: " + repr(error)
    json.dump(pixels, sys.stdout)


if __name__ == "__main__":
    if sys.argv[1] == "write":
        write(sys.argv[2])
    else:
        see(sys.argv[2], int(sys.argv[3]))
