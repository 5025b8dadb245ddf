"""What the patches of this course need of Jupyter's libraries and of nbgrader.

A new version that lacks one of these symbols fails here, with its name, before it fails
in a kernel.
"""

import inspect
import re
import sys
from importlib import import_module

import pytest
from ipykernel import compiler, iostream, ipkernel, kernelapp, kernelbase, zmqshell
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.interactiveshell import InteractiveShell
from jupyter_client import AsyncKernelClient, session
from nbgrader.apps.zipcollectapp import ZipCollectApp
from nbgrader.converters import Autograde
from nbgrader.server_extensions.formgrader import formgrader
from traitlets import EventHandler

from course.kernel import ipykernel_patches
from course.nbgrader_hooks import nbgrader_patches


def parameters(function) -> list[str]:
    return list(inspect.signature(function).parameters)


def source(thing) -> str:
    return inspect.getsource(thing)


def calls(thing, name: str) -> bool:
    """Whether the code of a function, class or module calls something by this name."""
    return bool(re.search(rf"(?<![\w.]){re.escape(name)}\(", source(thing)))


# ---- ipykernel ----


def test_code_is_filed_by_a_hash_that_is_looked_up():
    assert parameters(compiler.murmur2_x86) == ["data", "seed"]
    assert len(parameters(ipykernel_patches.code_hash)) == 2
    assert calls(compiler.get_file_name, "murmur2_x86")


def test_the_application_makes_its_output_thread_by_name():
    assert kernelapp.IOPubThread is iostream.IOPubThread
    assert calls(IPKernelApp.init_iopub, "IOPubThread")


@pytest.mark.parametrize(
    "method", ["_handle_event", "_setup_pipe_in", "_setup_pipe_out"]
)
def test_the_output_thread_has_the_methods_that_are_overridden(method):
    theirs, ours = (
        getattr(owner, method)
        for owner in (iostream.IOPubThread, ipykernel_patches.LocalPipeThread)
    )
    assert parameters(theirs) == parameters(ours)


def test_the_output_thread_has_the_attributes_that_are_used():
    for name in ("_pipe_uuid", "_pipe_in", "_xpub_stream", "_handle_pipe_msg"):
        assert f"self.{name}" in source(iostream.IOPubThread)


def test_streams_are_made_by_their_import_string():
    trait = IPKernelApp.class_traits()["outstream_class"]
    assert trait.default_value == "ipykernel.iostream.OutStream"


@pytest.mark.parametrize("method", ["flush", "write", "_flush"])
def test_streams_have_the_methods_that_are_overridden(method):
    theirs, ours = (
        getattr(owner, method)
        for owner in (iostream.OutStream, ipykernel_patches.LimitedStream)
    )
    assert parameters(theirs) == parameters(ours)


def test_streams_know_whether_something_waits_to_be_flushed():
    for name in ("_flush_pending", "_subprocess_flush_pending"):
        assert f"self.{name} = False" in source(iostream.OutStream._flush)


def test_shell_lines_are_run_by_a_name_of_the_module():
    assert len(parameters(zmqshell.system)) == 1
    assert calls(ZMQInteractiveShell.system_piped, "system")


def test_subshells_can_be_left_out():
    assert isinstance(kernelbase.Kernel._supports_kernel_subshells, property)
    assert "shell_channel_thread" in IPKernelApp.class_traits()
    assert "self.shell_channel_thread = " in source(IPKernelApp.init_control)
    assert "shell_channel_thread.parent_thread" in source(IPythonKernel)


def test_the_kernel_lists_modules_by_its_own_name_for_sys():
    assert ipkernel.sys is sys
    assert "sys.modules" in source(IPythonKernel)


def test_the_kernel_asks_for_parameters_by_name():
    assert parameters(ipkernel._accepts_parameters) == ["meth", "param_names"]
    assert calls(IPythonKernel, "_accepts_parameters")


def test_the_kernel_pauses_after_a_cell():
    assert "_execute_sleep" in kernelbase.Kernel.class_traits()


def test_requests_to_exit_come_through_the_methods_that_are_replaced():
    # An observer is called by its name, so a function of this name takes its place.
    observer = ZMQInteractiveShell._update_exit_now
    assert isinstance(observer, EventHandler)
    assert observer.name == "_update_exit_now"
    assert list(observer.trait_names) == ["exit_now"]
    assert parameters(IPythonKernel.do_shutdown) == ["self", "restart"]
    assert parameters(IPythonKernel.shutdown_request) == [
        *("self", "stream", "ident", "parent")
    ]
    assert inspect.iscoroutinefunction(IPythonKernel.shutdown_request)


@pytest.mark.parametrize(
    "method", ["init_connection_file", "write_connection_file", "init_io"]
)
def test_the_application_has_the_methods_that_are_overridden(method):
    assert parameters(getattr(IPKernelApp, method))[:1] == ["self"]


def test_the_application_takes_a_connection_and_makes_channels():
    assert parameters(IPKernelApp.load_connection_info) == ["self", "info"]
    assert parameters(IPKernelApp.init_control) == ["self", "context"]


# ---- IPython and jupyter_client ----


def test_the_shell_transforms_cells_by_a_method():
    assert parameters(InteractiveShell.transform_cell) == ["self", "raw_cell"]


def test_sessions_read_dates_by_a_name_of_the_module():
    assert parameters(session.extract_dates) == ["obj"]
    assert calls(session.Session.deserialize, "extract_dates")


@pytest.mark.parametrize("name", ["shell", "iopub"])
def test_a_client_makes_a_channel_anew_where_it_has_none(name):
    assert AsyncKernelClient.class_traits()[f"_{name}_channel"].default_value is None
    channel = getattr(AsyncKernelClient, f"{name}_channel")
    assert f"self._{name}_channel is None" in source(channel.fget)


# ---- nbgrader ----


@pytest.mark.parametrize("name", nbgrader_patches.SEARCHING_MODULES)
def test_nbgrader_searches_by_glob(name):
    used = set(re.findall(r"\bglob\.(\w+)", source(import_module(name))))
    assert used
    assert used <= {"glob", "escape"}


@pytest.mark.parametrize("name", nbgrader_patches.GRADING_MODULES)
def test_nbgrader_makes_its_autograde_by_name(name):
    module = import_module(name)
    assert issubclass(module.Autograde, Autograde)
    assert calls(module, "Autograde")


def test_formgrader_makes_its_exporter_by_name():
    assert calls(formgrader, "HTMLExporter")


def test_collecting_calls_the_methods_that_are_replaced():
    assert parameters(ZipCollectApp.process_extracted_files) == ["self"]
    assert "self.process_extracted_files()" in source(ZipCollectApp.start)
    assert len(parameters(ZipCollectApp._format_collect_path)) == 2
    assert "self._format_collect_path(" in source(ZipCollectApp)
