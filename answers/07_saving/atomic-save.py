# Right and wrong answers to the exercise atomic-save of 07_saving.


# %% right: with_suffix
def atomic_save(state, path):
    half = path.with_suffix(".half")
    torch.save(state, half)
    half.replace(path)


# %% right: named_temporary_file
def atomic_save(state, path):
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        torch.save(state, file)
    os.replace(file.name, path)


# %% right: cleans_up_after_errors
def atomic_save(state, path):
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    os.close(handle)
    try:
        torch.save(state, name)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


# %% right: through_a_buffer
def atomic_save(state, path):
    import io

    buffer = io.BytesIO()
    torch.save(state, buffer)
    temporary = Path(f"{path}.tmp")
    temporary.write_bytes(buffer.getbuffer())
    os.replace(src=temporary, dst=path)


# %% right: flushed_to_the_disk
def atomic_save(state, path):
    temporary = path.parent / f".{path.name}.{os.getpid()}"
    with open(temporary, "wb") as file:
        torch.save(state, file)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


# %% right: temporary_folder_beside
def atomic_save(state, path):
    with tempfile.TemporaryDirectory(dir=path.parent) as beside:
        whole = Path(beside, "whole.pt")
        torch.save(state, whole)
        os.replace(whole, path)


# %% right: reads_it_back_first
def atomic_save(state, path):
    temporary = path.resolve().with_name("saving-" + path.name)
    temporary.unlink(missing_ok=True)
    torch.save(state, temporary)
    torch.load(temporary, map_location="cpu")
    os.rename(temporary, path)


# %% wrong: straight_to_path
# fails: atomic-save-test-crash
# says: crash while writing: no whole file at path; touch it in the
# fails: atomic-save-test-swap
# says: the old file was written over
def atomic_save(state, path):
    torch.save(state, path)


# %% wrong: old_file_deleted_first
# fails: atomic-save-test-crash
# says: crash while writing: no whole file at path; touch it in the
# fails: atomic-save-test-swap
# says: the old file was written over: a crash would leave it half
def atomic_save(state, path):
    path.unlink(missing_ok=True)
    torch.save(state, path)


# %% wrong: old_file_deleted_before_the_swap
# fails: atomic-save-test-crash
# says: crash at the swap: no whole file at path; touch it in the
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    if path.exists():
        os.remove(path)
    os.rename(temporary, path)


# %% wrong: straight_where_no_file_is
# fails: atomic-save-test-crash
# says: there was no old file
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp") if path.exists() else path
    torch.save(state, temporary)
    if temporary != path:
        os.replace(temporary, path)


# %% wrong: backup_put_back_on_error
# fails: atomic-save-test-crash
# says: there was no old file
# fails: atomic-save-test-swap
# says: right after a swap no whole file is at path
def atomic_save(state, path):
    backup = path.with_suffix(".bak")
    if not path.exists():
        return torch.save(state, path)
    os.replace(path, backup)
    try:
        torch.save(state, path)
    except Exception:
        os.replace(backup, path)
        raise
    os.remove(backup)


# %% wrong: backup_moved_away
# fails: atomic-save-test-crash
# says: there was no old file; a crash left half a new one
# fails: atomic-save-test-swap
# says: right after a swap no whole file is at path
def atomic_save(state, path):
    backup = path.with_suffix(".bak")
    if path.exists():
        os.replace(path, backup)
    torch.save(state, path)
    backup.unlink(missing_ok=True)


# %% wrong: copied_into_place
# fails: atomic-save-test-swap
# says: the old file was written over
def atomic_save(state, path):
    import shutil

    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    shutil.copyfile(temporary, path)
    os.remove(temporary)


# %% wrong: buffer_into_place
# fails: atomic-save-test-swap
# says: the old file was written over
def atomic_save(state, path):
    import io

    buffer = io.BytesIO()
    torch.save(state, buffer)
    path.write_bytes(buffer.getvalue())


# %% wrong: swapped_before_it_is_closed
# fails: atomic-save-test-swap
# says: at the swap the temporary file is still open: close it
def atomic_save(state, path):
    import io

    buffer = io.BytesIO()
    torch.save(state, buffer)
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb") as file:
        file.write(buffer.getvalue())
        os.replace(temporary, path)


# %% wrong: temporary_file_elsewhere
# fails: atomic-save-test-swap
# says: should be in the same folder
def atomic_save(state, path):
    handle, name = tempfile.mkstemp()
    os.close(handle)
    try:
        torch.save(state, name)
        os.replace(name, path)
    finally:
        Path(name).unlink(missing_ok=True)


# %% wrong: error_swallowed
# fails: atomic-save-test-crash
# says: an error of torch.save was swallowed
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    try:
        torch.save(state, temporary)
        os.replace(temporary, path)
    except Exception as error:
        print("not saved:", error)


# %% wrong: swapped_even_after_an_error
# fails: atomic-save-test-crash
# says: there was no old file; a crash left half a new one
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    try:
        torch.save(state, temporary)
    finally:
        os.replace(temporary, path)


# %% wrong: never_swapped
# fails: atomic-save-test-crash, atomic-save-test-swap
def atomic_save(state, path):
    torch.save(state, path.with_name(path.name + ".tmp"))


# %% wrong: replaces_the_wrong_way
# fails: atomic-save-test-crash, atomic-save-test-swap
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    os.replace(path, temporary)


# %% wrong: temporary_file_left
# fails: atomic-save-test-swap
# says: the folder should hold run.pt alone
def atomic_save(state, path):
    import shutil

    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    twin = path.with_name(path.name + ".twin")
    shutil.copyfile(temporary, twin)
    os.replace(twin, path)


# %% wrong: stumbles_over_an_old_temporary_file
# fails: atomic-save-test-crash
# says: File exists
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "xb") as file:
        torch.save(state, file)
    os.replace(temporary, path)


# %% wrong: only_without_an_old_file
# fails: atomic-save-test-crash, atomic-save-test-swap
def atomic_save(state, path):
    if not path.exists():
        torch.save(state, path)


# %% wrong: fallback_direct
# fails: atomic-save-test-crash
# says: os.replace raised an error, and it was swallowed
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    try:
        os.replace(temporary, path)
    except OSError:
        torch.save(state, path)
        temporary.unlink()


# %% wrong: replace_before_closed
# fails: atomic-save-test-swap
# says: at the swap the temporary file is still open: close it
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    with open(temporary, "wb", buffering=1 << 24) as file:
        torch.save(state, file)
        os.replace(temporary, path)


# %% wrong: needs_old_file
# fails: atomic-save-test-swap
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    torch.save(state, temporary)
    if path.stat().st_size >= 0:
        os.replace(temporary, path)


# %% right: other_error_type
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    try:
        torch.save(state, temporary)
        os.replace(temporary, path)
    except Exception as error:
        raise RuntimeError("not saved") from error


# %% wrong: background_thread
# fails: atomic-save-test-crash
# says: an error of torch.save was swallowed
import threading


def atomic_save(state, path):
    def work():
        temporary = path.with_name(path.name + ".tmp")
        torch.save(state, temporary)
        os.replace(temporary, path)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


# %% wrong: stale_tmp_used
# fails: atomic-save-test-crash
def atomic_save(state, path):
    temporary = path.with_name(path.name + ".tmp")
    if not temporary.exists():
        torch.save(state, temporary)
    os.replace(temporary, path)
