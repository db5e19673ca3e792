"""From counts to colours, for the looks where a pixel holds many people."""

import numpy as np
from jaxtyping import Float32, Int32, Int64, UInt8, UInt32
from numba import njit

# Steps of the table that turns a share into a place on the ramp
_STEPS = 4096
# How much of its own share a pixel above its neighbourhood shows: nearly all where the
# neighbourhood is healthy, so that the first cases are seen; less where everybody has cases.
_BRIGHTEST_SPARK, _DIMMEST_SPARK = 0.95, 0.12
# One case among hundreds in a pixel is still drawn at this place of the ramp.
_LEAST_SPARK = 0.55
# The same for a pixel's own share: a case that is alone in its pixel is no full house.
_OWN_PRIOR = 6.0
# Cases near a pixel at which its glow is half as strong as it gets
_HALF_GLOW = 8.0
# People without an infection that are added to every neighbourhood, so that one case among three
# people on an island does not read as a third of a district.
PRIOR_PEOPLE = 12.0


def ramp_of_share(low: float, full: float) -> Float32[np.ndarray, " steps"]:
    """Return the place on a ramp, 0 to 1, of shares 0 to `full` in even steps.

    Logarithmic above `low`, so that growth shows at one in a thousand and still at one in five;
    fixed, so that a colour means the same share on every day and in every run.
    """
    share = np.linspace(0.0, full, _STEPS)
    return (np.log1p(share / low) / np.log1p(full / low)).astype(np.float32)


def brightness_of_people(reference: float) -> Float32[np.ndarray, " people"]:
    """Return the brightness, 0 to 1, of a pixel with 0, 1, 2 ... people; 1 from `reference` on."""
    most = max(4, int(np.ceil(reference)))
    return np.minimum(1.0, np.log1p(np.arange(most + 1)) / np.log1p(most)).astype(np.float32)


@njit(cache=True, nogil=True)
def shade_glow(
    grid: Int64[np.ndarray, "height width"],
    strength: float,
    most: int,
    colour: Float32[np.ndarray, " 3"],
    out: UInt32[np.ndarray, "height width"],
) -> None:
    """Paint every pixel with a halo of the infected around it; elsewhere leave it transparent.

    `strength` times the blurred count is about 1 on a pixel with one case; `most` is the alpha
    that no number of cases exceeds. A pixel of `out` is its four bytes as one number, which is
    four times quicker to write.
    """
    red, green, blue = np.uint32(colour[0]), np.uint32(colour[1]), np.uint32(colour[2])
    paint = red | (green << np.uint32(8)) | (blue << np.uint32(16))
    height, width = grid.shape
    scale = np.float32(strength)
    cap = np.float32(most)
    for line in range(height):
        for k in range(width):
            # Far from saturated where cases are few: a veil would hide streets and parks.
            near = np.float32(grid[line, k] >> 32) * scale
            alpha = np.uint32(cap * near / (near + np.float32(_HALF_GLOW)))
            out[line, k] = (alpha << np.uint32(24)) | paint if alpha > 0 else np.uint32(0)


@njit(cache=True, nogil=True)
def shade_cells(
    pixel_of_cell: Int32[np.ndarray, " cells"],
    people: Int32[np.ndarray, " cells"],
    hot: Int32[np.ndarray, " cells"],
    cool: Int32[np.ndarray, " cells"],
    grid: Int64[np.ndarray, "height width"],
    around: Float32[np.ndarray, " cells"],
    detail: float,
    full: float,
    ramp_place: Float32[np.ndarray, " steps"],
    brightness: Float32[np.ndarray, " people"],
    crowd: Float32[np.ndarray, "256 3"],
    heat: Float32[np.ndarray, "256 3"],
    scar: Float32[np.ndarray, "256 3"],
    out: UInt8[np.ndarray, "pixels 4"],
) -> None:
    """Paint each cell: brightness from its people, hue from the share infected around it.

    `grid` holds the blurred hot and cool counts, `around` the blurred people plus the prior.
    `detail` moves from the neighbourhood's share (0: a city) to the pixel's own (1: a district).
    """
    flat = grid.ravel()
    one = np.float32(1)
    last = np.float32(255)
    steps = np.float32((ramp_place.size - 1) / full)
    top = np.float32(ramp_place.size - 1)
    own_weight = np.float32(detail)
    for c in range(pixel_of_cell.size):
        p = pixel_of_cell[c]
        n = np.float32(people[c])
        light = brightness[min(people[c], brightness.size - 1)]
        near = one / around[c]
        near_hot = np.float32(flat[p] >> 32) * near
        near_cool = np.float32(flat[p] & 0xFFFFFFFF) * near
        place = ramp_place[np.int64(min(top, near_hot * steps))]
        own = ramp_place[
            np.int64(min(top, np.float32(hot[c]) / (n + np.float32(_OWN_PRIOR)) * steps))
        ]
        weight = own_weight
        if hot[c] > 0:
            own = max(own, np.float32(_LEAST_SPARK))
            spark = np.float32(_BRIGHTEST_SPARK) - np.float32(2.2) * place
            weight = max(weight, spark, np.float32(_DIMMEST_SPARK)) if own > place else weight
        place += (own - place) * weight
        near_cool += (np.float32(cool[c]) / n - near_cool) * own_weight * np.float32(0.7)
        q = np.int64(last * light)
        # Warm over cool would mix to grey-brown: the scar gives way first.
        heat_part = min(np.float32(0.96), np.float32(1.7) * place)
        scar_part = min(np.float32(0.92), np.float32(1.6) * near_cool) * (one - heat_part)
        h = np.int64(last * place * (np.float32(0.55) + np.float32(0.45) * light))
        alpha = np.float32(0.62) + np.float32(0.38) * light
        alpha += (one - alpha) * max(heat_part, scar_part)
        for z in range(3):
            v = crowd[q, z]
            v += (scar[q, z] - v) * scar_part
            v += (heat[h, z] - v) * heat_part
            out[p, z] = np.uint8(v)
        out[p, 3] = np.uint8(last * alpha)


@njit(cache=True, nogil=True)
def shade_field(
    pixel_of_spot: Int32[np.ndarray, " spots"],
    around: Float32[np.ndarray, " spots"],
    grid: Int64[np.ndarray, "height width"],
    full: float,
    ramp_place: Float32[np.ndarray, " steps"],
    crowd: Float32[np.ndarray, " 3"],
    heat: Float32[np.ndarray, "256 3"],
    out: UInt8[np.ndarray, "pixels 4"],
) -> None:
    """Paint the smoothed share as a field: colour says the share, however many people live there.

    A spot is a pixel with somebody in its neighbourhood; `around` fades its outer edge.
    """
    flat = grid.ravel()
    steps = np.float32((ramp_place.size - 1) / full)
    top = np.float32(ramp_place.size - 1)
    for k in range(pixel_of_spot.size):
        p = pixel_of_spot[k]
        share = np.float32(flat[p] >> 32) / around[k]
        place = ramp_place[np.int64(min(top, share * steps))]
        part = min(np.float32(1), np.float32(2) * place)
        h = np.int64(np.float32(255) * place)
        for z in range(3):
            out[p, z] = np.uint8(crowd[z] + (heat[h, z] - crowd[z]) * part)
        out[p, 3] = np.uint8(np.float32(150) + np.float32(90) * part)


@njit(cache=True, nogil=True)
def shade_when(
    pixel_of_cell: Int32[np.ndarray, " cells"],
    people: Int32[np.ndarray, " cells"],
    ever: Int32[np.ndarray, " cells"],
    day_sum: Int64[np.ndarray, " cells"],
    first: int,
    last: int,
    brightness: Float32[np.ndarray, " people"],
    crowd: Float32[np.ndarray, "256 3"],
    when: Float32[np.ndarray, "256 3"],
    out: UInt8[np.ndarray, "pixels 4"],
) -> None:
    """Paint each cell by the mean day of infection of those who were infected there."""
    one = np.float32(1)
    for c in range(pixel_of_cell.size):
        p = pixel_of_cell[c]
        light = brightness[min(people[c], brightness.size - 1)]
        q = np.int64(np.float32(255) * light)
        part = np.float32(0)
        h = 0
        if ever[c] > 0:
            part = np.float32(0.25) + np.float32(0.75) * min(
                one, np.float32(2) * np.float32(ever[c]) / np.float32(people[c])
            )
            since = day_sum[c] / ever[c] - first
            h = np.int64(255.0 * min(1.0, max(0.0, since / (last - first))))
        alpha = np.float32(0.62) + np.float32(0.38) * light
        for z in range(3):
            out[p, z] = np.uint8(crowd[q, z] + (when[h, z] - crowd[q, z]) * part)
        out[p, 3] = np.uint8(np.float32(255) * (alpha + (one - alpha) * part))
