# Right and wrong answers to the exercise images-to-batch of 01_tensors.


# %% right: from_numpy_then_float
def images_to_batch(images):
    return torch.from_numpy(images).float().unsqueeze(1).div(255)


# %% right: numpy_all_the_way
def images_to_batch(images):
    scaled = images.astype(np.float32) / np.float32(255)
    return torch.from_numpy(scaled[:, np.newaxis])


# %% right: image_by_image
def images_to_batch(images):
    stack = [torch.tensor(image).float()[None] / 255.0 for image in images]
    return torch.stack(stack)


# %% right: in_place_on_a_copy
def images_to_batch(images):
    n, h, w = images.shape
    batch = torch.empty(n, 1, h, w)
    batch[:, 0] = torch.as_tensor(images)
    batch.mul_(1 / 255)
    return batch


# %% right: float64_then_float32
def images_to_batch(images):
    return (
        torch.from_numpy(images / 255)
        .to(torch.float32)
        .reshape(len(images), 1, *images.shape[1:])
    )


# %% wrong: keeps_float64
# fails: images-to-batch-test-shape
# says: expected float32, got torch.float64
# pitfall: 8
def images_to_batch(images):
    return torch.from_numpy(images / 255).unsqueeze(1)


# %% wrong: writes_through_from_numpy
# fails: images-to-batch-test-range
# says: not in whole numbers
# fails: images-to-batch-test-caller
# says: torch.from_numpy shares its memory
# pitfall: 1
def images_to_batch(images):
    shared = torch.from_numpy(images)
    shared //= 255
    return shared.unsqueeze(1).float()


# %% wrong: clears_the_array_behind_the_tensor
# fails: images-to-batch-test-caller
# says: torch.from_numpy shares its memory
# pitfall: 1
def images_to_batch(images):
    shared = torch.from_numpy(images).unsqueeze(1)
    batch = shared / 255
    shared.zero_()
    return batch


# %% wrong: reshapes_the_callers_array
# fails: images-to-batch-test-caller
# says: reshape the tensor instead
def images_to_batch(images):
    images.shape = (images.shape[0], 1, images.shape[1], images.shape[2])
    return torch.from_numpy(images).float() / 255


# %% wrong: no_channel
# fails: images-to-batch-test-shape
# says: got (5, 4, 3)
def images_to_batch(images):
    return torch.tensor(images).float() / 255


# %% wrong: channel_last
# fails: images-to-batch-test-shape
# says: the channel comes after the image number
def images_to_batch(images):
    return torch.tensor(images).float().unsqueeze(-1) / 255


# %% wrong: channel_first
# fails: images-to-batch-test-shape
# says: the channel comes after the image number
def images_to_batch(images):
    return torch.tensor(images).float().unsqueeze(0) / 255


# %% wrong: divides_by_the_brightest_pixel
# fails: images-to-batch-test-range
# says: not by the brightest pixel
def images_to_batch(images):
    batch = torch.tensor(images).float().unsqueeze(1)
    return batch / images.max()


# %% wrong: divides_by_256
# fails: images-to-batch-test-range
# says: divide by 255
def images_to_batch(images):
    return torch.tensor(images).float().unsqueeze(1) / 256


# %% wrong: never_scales
# fails: images-to-batch-test-range
# says: divide by 255
def images_to_batch(images):
    return torch.tensor(images).float().unsqueeze(1)


# %% wrong: whole_number_division
# fails: images-to-batch-test-range
# says: not in whole numbers
def images_to_batch(images):
    return torch.tensor(images // 255).float().unsqueeze(1)


# %% wrong: swaps_height_and_width
# fails: images-to-batch-test-shape
# says: got (5, 1, 3, 4)
def images_to_batch(images):
    n, h, w = images.shape
    return torch.tensor(images).float().reshape(n, 1, w, h) / 255


# %% wrong: keeps_uint8
# fails: images-to-batch-test-shape
# says: expected float32, got torch.uint8
# fails: images-to-batch-test-range, images-to-batch-test-caller
def images_to_batch(images):
    return torch.from_numpy(images).unsqueeze(1)


# %% wrong: returns_numpy
# fails: images-to-batch-test-shape
# says: return a tensor, not ndarray
# fails: images-to-batch-test-range, images-to-batch-test-caller
def images_to_batch(images):
    return images[:, None].astype(np.float32) / 255


# %% wrong: prints_in_place_of_return
# fails: images-to-batch-test-shape
# says: is there a return
# fails: images-to-batch-test-range, images-to-batch-test-caller
# says: return a tensor, not NoneType
def images_to_batch(images):
    print(torch.tensor(images).float().unsqueeze(1) / 255)


# %% right: copy_then_scale
def images_to_batch(images):
    return torch.tensor(images.copy(), dtype=torch.float32)[:, None] / 255


# %% right: classic_from_numpy
def images_to_batch(images):
    return torch.from_numpy(images.copy()).float().div(255).unsqueeze(1)


# %% right: float64_then_cast
def images_to_batch(images):
    scaled = np.expand_dims(images, 1) / 255.0
    return torch.from_numpy(scaled.astype(np.float32))


# %% right: lookup_table
def images_to_batch(images):
    table = torch.arange(256, dtype=torch.float64).div(255).float()
    return table[torch.as_tensor(images.astype(np.int64))].unsqueeze(dim=1)


# %% wrong: squeezed_first
# fails: images-to-batch-test-shape
def images_to_batch(images):
    return torch.tensor(images, dtype=torch.float32).squeeze().unsqueeze(1) / 255


# %% wrong: memory_order
# fails: images-to-batch-test-range
def images_to_batch(images):
    flat = images.ravel(order="K")
    return (
        torch.tensor(flat, dtype=torch.float32).reshape(
            images.shape[0], 1, *images.shape[1:]
        )
        / 255
    )


# %% wrong: one_store_for_all_calls
# fails: images-to-batch-test-caller
_store = {}


def images_to_batch(images):
    n, h, w = images.shape
    out = _store.setdefault((n, h, w), torch.empty(n, 1, h, w))
    out.copy_(torch.tensor(images).unsqueeze(1))
    out.div_(255)
    return out


# %% wrong: cached_by_id
# fails: images-to-batch-test-caller
_known = {}


def images_to_batch(images):
    if id(images) not in _known:
        _known[id(images)] = (
            images,
            torch.tensor(images, dtype=torch.float32).unsqueeze(1) / 255,
        )
    return _known[id(images)][1].clone()


# %% wrong: subtracts_min_in_place
# fails: images-to-batch-test-caller
# says: the caller's array was changed
# fails: images-to-batch-test-range
def images_to_batch(images):
    images -= images.min()
    return torch.tensor(images, dtype=torch.float32).unsqueeze(1) / 255


# %% wrong: clamps_darkness
# fails: images-to-batch-test-range
def images_to_batch(images):
    x = torch.tensor(images, dtype=torch.float32).unsqueeze(1) / 255
    return torch.where(x < 0.005, torch.zeros_like(x), x)


# %% equivalent: batch = torch.tensor(images, dtype=torch.float32) => batch = torch.tensor(images)
# reason: uint8 divided by 255 is float32 already, and torch.tensor copies either way
