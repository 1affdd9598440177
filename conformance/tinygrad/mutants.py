"""One mistake at a time in tinygrad's AMD driver, made from outside: nothing of its tree is touched.

    mutants.py --list                 names, one a line
    mutants.py FIRMWARE NAME          boots with mistake NAME (`none`: without), computes, moves a page, ends
    mutants.py FIRMWARE NAME fault    the same, and a kernel that faults

FIRMWARE is a folder with the images by their file names; tinygrad gets those instead of its downloads. Names of
methods and registers are those of tinygrad at commit a9069c17.
"""

import functools
import pathlib
import sys

MUTANTS = {}


def mutant(function):
    """Registers a function that makes one mistake, under its name with dashes."""
    MUTANTS[function.__name__.replace("_", "-")] = function
    return function


def replace(owner, name):
    """Replaces a method by what the decorated function returns when it is given the original."""

    def decorate(make):
        original = getattr(owner, name)
        setattr(owner, name, functools.wraps(original)(make(original)))

    return decorate


def on_write(register, change):
    """Writes of `register` (a name without `reg`) store what `change` makes of the value; None: the write is left out."""
    from tinygrad.runtime.support.am import amdev

    @replace(amdev.AMRegister, "write")
    def _(original):
        def write(self, _am_val=0, inst=0, **fields):
            if self.name != register:
                return original(self, _am_val, inst=inst, **fields)
            value = change(_am_val | self.encode(**fields))
            return None if value is None else original(self, value, inst=inst)

        return write


def nothing(*_args, **_fields):
    """Does not do it."""


# --- bus and memory


@mutant
def no_hdp_flush():
    """Stores through the VRAM window are never flushed."""
    from tinygrad.runtime.support.am import ip

    ip.AM_GMC.flush_hdp = nothing


@mutant
def no_tlb_flush():
    """Page tables change, the TLBs are not told."""
    from tinygrad.runtime.support.am import ip

    ip.AM_GMC.flush_tlb = lambda self, ip, vmid, flush_type=0: self.flush_hdp()


@mutant
def no_bus_master():
    """Bus mastering stays off."""
    from tinygrad.runtime.support import system

    for device in (system.PCIDevice, system.RemotePCIDevice):
        for name in ("write_config", "write_config_flush"):
            if name not in vars(device):
                continue

            @replace(device, name)
            def _(original):
                def write(self, offset, value, size):
                    return original(self, offset, value & ~4 if offset == 4 else value, size)

                return write


@mutant
def pte_without_valid():
    """Leaf entries of pages lack the valid bit."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_GMC, "get_pte_flags")
    def _(original):
        def flags(self, pte_lv, is_table, *rest, **named):
            return original(self, pte_lv, is_table, *rest, **named) & ~(0 if is_table else 1)

        return flags


@mutant
def pages_not_system():
    """Entries of host pages do not say that they are host pages."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_GMC, "get_pte_flags")
    def _(original):
        def flags(self, pte_lv, is_table, frag, uncached, system, *rest, **named):
            return original(self, pte_lv, is_table, frag, uncached, False, *rest, **named)

        return flags


@mutant
def kernel_arguments_unmapped():
    """The page of kernel arguments is taken out of the page tables before the first launch."""
    from tinygrad.runtime import ops_amd

    @replace(ops_amd.AMDComputeQueue, "exec")
    def _(original):
        def execute(self, program, arguments, *rest):
            device = program.dev
            if not getattr(device, "arguments_gone", False):
                device.arguments_gone = True
                device.iface.dev_impl.mm.unmap_range(device.kernargs_buf.va_addr, device.kernargs_buf.size)
                device.iface.dev_impl.gmc.flush_tlb("GC", 0)
            return original(self, program, arguments, *rest)

        return execute


# --- security processor


@mutant
def ring_type_1():
    """The ring of the secure OS is made with type 1 (user mode) instead of 2 (kernel mode)."""
    on_write("regMP0_SMN_C2PMSG_64", lambda value: 1 << 16 if value == 2 << 16 else value)


@mutant
def wrong_boot_address():
    """The bootloader is sent to the MiB after the image."""
    on_write("regMP0_SMN_C2PMSG_36", lambda value: value + 1)


@mutant
def boot_stage_left_out():
    """The system driver is not loaded."""
    from tinygrad.runtime.autogen.am import am
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_PSP, "_bootloader_load_component")
    def _(original):
        return lambda self, fw, stage: 0 if stage == am.PSP_BL__LOAD_SYSDRV else original(self, fw, stage)


@mutant
def staging_misses_a_byte():
    """A byte in the middle of each image is not copied."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_PSP, "_prep_msg1")
    def _(original):
        def stage(self, data):
            image = bytearray(data)
            image[len(image) // 2] ^= 0x5A
            original(self, image)

        return stage


@mutant
def wrong_fence_address():
    """Frames of the secure OS's ring name a fence page that lies elsewhere, past the end of VRAM."""
    from tinygrad.runtime.autogen.am import am

    frame = am.struct_psp_gfx_rb_frame

    class Astray(frame):
        def __init__(self, **fields):
            super().__init__(**{**fields, "fence_addr_hi": fields["fence_addr_hi"] + 0x10})

    am.struct_psp_gfx_rb_frame = Astray


@mutant
def psp_pointer_in_bytes():
    """The write pointer of the secure OS's ring counts bytes instead of dwords."""
    on_write("regMP0_SMN_C2PMSG_67", lambda value: value * 4)


@mutant
def wrong_tmr_size():
    """The trusted memory is set up a MiB smaller than the table of contents asks for."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_PSP, "_tmr_load_cmd")
    def _(original):
        def load(self):
            self.tmr_size -= 1 << 20
            return original(self)

        return load


@mutant
def no_rlc_autoload():
    """The RLC is not told to load what was given to the secure OS."""
    from tinygrad.runtime.support.am import ip

    ip.AM_PSP._rlc_autoload_cmd = nothing


# --- power management


@mutant
def smu_response_not_cleared():
    """A message is sent while the answer of the one before stands."""
    on_write("mmMP1_SMN_C2PMSG_90", nothing)


# --- command processor


@mutant
def doorbell_before_write_pointer():
    """The doorbell rings first, the write pointer in memory follows."""
    from tinygrad.runtime import ops_amd

    def signal(self, dev, doorbell_value=None):
        dev.iface.dev_impl.gmc.flush_hdp()
        self.doorbell[0] = self.put_value if doorbell_value is None else doorbell_value
        self.write_ptr[0] = self.put_value

    ops_amd.AMDQueueDesc.signal_doorbell = signal


@mutant
def doorbell_aperture_off():
    """The doorbell aperture is not switched on."""
    on_write("regRCC_DEV0_EPF0_RCC_DOORBELL_APER_EN", lambda value: 0)


@mutant
def mqd_base_off_by_one():
    """The descriptor's address in CP_MQD_BASE_ADDR is one byte too high."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_GFX, "init_sw")
    def _(original):
        def init(self):
            original(self)
            self.mqd_mc = [address + 1 for address in self.mqd_mc]

        return init


@mutant
def queue_active_first():
    """CP_HQD_ACTIVE is set before the queue's other registers."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_GFX, "setup_ring")
    def _(original):
        def setup(self, *ring, **named):
            self._grbm_select(me=1, pipe=0, queue=0)
            self.adev.regCP_HQD_ACTIVE.write(1)
            return original(self, *ring, **named)

        return setup


# --- copy engine


@mutant
def sdma_ring_base_shifted():
    """The copy engine's ring begins 256 bytes too high."""
    on_write("regSDMA0_QUEUE0_RB_BASE", lambda value: value + 1)


@mutant
def sdma_doorbell_offset():
    """The copy engine listens to the doorbell after the one that is rung."""
    on_write("regSDMA0_QUEUE0_DOORBELL_OFFSET", lambda value: value + 8)


# --- interrupts


@mutant
def wrong_ih_base():
    """The interrupt ring's address is an offset into VRAM instead of a card address."""
    from tinygrad.runtime.support.am import ip

    @replace(ip.AM_IH, "init_hw")
    def _(original):
        def init(self):
            translate = self.adev.paddr2mc
            self.adev.paddr2mc = lambda paddr: paddr
            original(self)
            self.adev.paddr2mc = translate

        return init


# Sum, product, and a buffer that moves to another page of memory under its address.
WORK = """
from tinygrad import Device, Tensor
from tinygrad.runtime.support.memory import AddrSpace
assert (Tensor([1., 2, 3]) + 1).tolist() == [2., 3., 4.], 'wrong sum'
assert (Tensor.ones(32, 32).contiguous() @ Tensor.full((32, 32), 2.).contiguous()).tolist() == [[64.] * 32] * 32, 'wrong product'
buffer = Tensor([1., 2, 3]).realize()
assert (buffer + 1).tolist() == [2., 3., 4.]
memory, at = Device['AMD'].iface.dev_impl.mm, buffer.uop.buffer._buf.va_addr
memory.unmap_range(at, 0x1000)
memory.map_range(at, 0x1000, [(memory.palloc(0x1000), 0x1000)], AddrSpace.PHYS)
assert (buffer + 1).tolist() == [1., 1., 1.], 'the old page'
"""

# A kernel that reads where nothing is mapped: it ends in an interrupt, an error, and a recovery.
FAULT = """
from tinygrad import UOp, dtypes
from tinygrad.engine.realize import run_linear
from tinygrad.renderer.amd.dsl import NULL, s, v
from tinygrad.runtime.autogen.amd.rdna3.ins import global_load_b32, s_endpgm, s_waitcnt, v_mov_b32_e32
from tinygrad.uop.ops import KernelInfo, Ops
code = [v_mov_b32_e32(v[0], 0), v_mov_b32_e32(v[1], 0xdead), global_load_b32(v[2], addr=v[0:1], saddr=NULL, offset=0), s_waitcnt(0), s_endpgm()]
sink = UOp.sink(UOp.param(0, dtypes.uint8, (64,), device='AMD'), UOp.special(1, 'lidx0'), arg=KernelInfo('stray'))
program = UOp(Ops.PROGRAM, src=(sink, UOp(Ops.LINEAR, src=tuple(UOp(Ops.INS, arg=i) for i in code))))
try: run_linear(UOp(Ops.LINEAR, src=(program.call(UOp.new_buffer('AMD', 64, dtypes.uint8)),)), wait=True)
except RuntimeError as error: print('recovered from:', error)
else: raise SystemExit('no error')
assert (Tensor([1., 2, 3]) + 1).tolist() == [2., 3., 4.], 'wrong sum after recovery'
"""


def main(arguments):
    if arguments[0] == "--list":
        print("\n".join(MUTANTS))
        return
    folder, name = pathlib.Path(arguments[0]), arguments[1]

    import tinygrad.helpers

    wait = tinygrad.helpers.wait_cond
    tinygrad.helpers.fetch_fw = lambda path, file, sha256: (folder / file).read_bytes()
    if name != "none":
        # a mistake that hangs is waited for a little less patiently; short waits stay as they are
        tinygrad.helpers.wait_cond = lambda *a, timeout_ms=10000, **k: wait(*a, timeout_ms=min(timeout_ms, 2000), **k)
        MUTANTS[name]()
    program = WORK + FAULT if arguments[2:] == ["fault"] else WORK
    exec(compile(program, "program", "exec"), {"__name__": "__main__"})  # noqa: S102
    print("right results")


if __name__ == "__main__":
    main(sys.argv[1:])
