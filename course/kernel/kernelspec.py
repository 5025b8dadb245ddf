"""The kernel of the course, as Jupyter has it installed."""

from functools import cache

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from jupyter_client.provisioning import KernelProvisionerFactory

from course.base.errors import CourseError

KERNEL_NAME = "course"
PROVISIONER_NAME = "course-provisioner"


@cache
def check_kernelspec() -> None:
    """Raise CourseError where the course's kernel is not installed, or another is."""
    again = "Install the course again: `uv sync --reinstall-package pytorch-course`."
    try:
        spec = KernelSpecManager(ensure_native_kernel=False).get_kernel_spec(
            KERNEL_NAME
        )
    except NoSuchKernel:
        raise CourseError(
            f"no kernel `{KERNEL_NAME}` is installed here. {again}"
        ) from None
    asked = spec.metadata.get("kernel_provisioner")
    name = asked.get("provisioner_name") if isinstance(asked, dict) else None
    if name != PROVISIONER_NAME:
        raise CourseError(
            f"{spec.resource_dir}: this kernel is called `{KERNEL_NAME}` and isn't the "
            f"course's. Remove that folder. {again}"
        )
    if not KernelProvisionerFactory.instance().is_provisioner_available(spec):
        raise CourseError(f"the kernel `{KERNEL_NAME}` cannot be started here. {again}")
