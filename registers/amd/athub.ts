/**
 * ATHUB 3.0: address translation towards the host (PCIe ATS) and the path of peer traffic. A compute driver
 * touches its clock gating and nothing else.
 *
 * Source: register lists of public drivers (Linux amdgpu athub 3.0.0).
 *
 * Fidelity: from-public-source. Names, offsets and fields are witnessed by the lists under `fixtures/`.
 */

import { registerBlock, rw } from '../language.ts';

const about = {
  source: 'register lists of public drivers (Linux amdgpu athub 3.0.0)',
  fidelity: 'from-public-source',
} as const;

// oxfmt-ignore: a table, one register after the other
export const ATHUB = registerBlock('ATHUB', about, {
  ATHUB_MISC_CNTL: { at: 0x75,
    doc: 'clock gating and light sleep',
    fields: {
      CG_OFFDLY: rw(5, 0), CG_ENABLE: rw(6), CG_MEM_LS_ENABLE: rw(7), PG_ENABLE: rw(8), PG_OFFDLY: rw(14, 9),
      ALWAYS_BUSY: rw(15), CG_STATUS: rw(16), PG_STATUS: rw(17), RPB_BUSY: rw(18), XPB_BUSY: rw(19),
      ATS_BUSY: rw(20), SDPNCS_BUSY: rw(21), DFPORT_BUSY: rw(22), SWITCH_CNTL: rw(23), LS_DELAY_ENABLE: rw(24),
      LS_DELAY_TIME: rw(29, 25), RESETB_PG_CLK_GATING_ENABLE: rw(30), RM_VALID_ENABLE: rw(31),
    } },
  RPB_PASSPW_CONF: { at: 0x6c,
    fields: {
      XPB_PASSPW_OVERRIDE: rw(0), XPB_RSPPASSPW_OVERRIDE: rw(1), ATC_VC5_TR_PASSPW_OVERRIDE: rw(2),
      ATC_VC5_TR_PASSPW_OVERRIDE_EN: rw(3), ATC_VC5_RSPPASSPW_OVERRIDE: rw(4), ATC_VC5_RSPPASSPW_OVERRIDE_EN: rw(5),
      ATC_VC0_TR_PASSPW_OVERRIDE: rw(6), ATC_VC0_TR_PASSPW_OVERRIDE_EN: rw(7), ATC_VC0_RSPPASSPW_OVERRIDE: rw(8),
      ATC_VC0_RSPPASSPW_OVERRIDE_EN: rw(9), ATC_PAGE_PASSPW_OVERRIDE: rw(10), ATC_PAGE_PASSPW_OVERRIDE_EN: rw(11),
      ATC_PAGE_RSPPASSPW_OVERRIDE: rw(12), ATC_PAGE_RSPPASSPW_OVERRIDE_EN: rw(13), WR_PASSPW_OVERRIDE: rw(14),
      WR_RSPPASSPW_OVERRIDE: rw(15), RD_PASSPW_OVERRIDE: rw(16), RD_RSPPASSPW_OVERRIDE: rw(17),
      ATOMIC_PASSPW_OVERRIDE: rw(18), ATOMIC_RSPPASSPW_OVERRIDE: rw(19), WRRSP_PASSPW_OVERRIDE: rw(20),
      WRRSP_PASSPW_OVERRIDE_EN: rw(21), RDRSP_PASSPW_OVERRIDE: rw(22), RDRSP_PASSPW_OVERRIDE_EN: rw(23),
    } },
  RPB_BLOCKLEVEL_CONF: { at: 0x6d,
    fields: {
      XPB_BLOCKLEVEL_OVERRIDE: rw(1, 0), XPB_BLOCKLEVEL_OVERRIDE_EN: rw(2), ATC_VC5_TR_BLOCKLEVEL: rw(4, 3),
      ATC_VC0_TR_BLOCKLEVEL: rw(6, 5), ATC_PAGE_BLOCKLEVEL: rw(8, 7), ATC_INV_BLOCKLEVEL: rw(10, 9),
      IO_WR_BLOCKLEVEL_OVERRIDE: rw(12, 11), IO_WR_BLOCKLEVEL_OVERRIDE_EN: rw(13),
      IO_RD_BLOCKLEVEL_OVERRIDE: rw(15, 14), IO_RD_BLOCKLEVEL_OVERRIDE_EN: rw(16),
      ATOMIC_BLOCKLEVEL_OVERRIDE: rw(18, 17), ATOMIC_BLOCKLEVEL_OVERRIDE_EN: rw(19),
    } },
  RPB_TAG_CONF: { at: 0x6e, fields: { RPB_IO_RD: rw(9, 0), RPB_IO_WR: rw(19, 10) } },
  RPB_ARB_CNTL: { at: 0x71,
    fields: {
      RD_SWITCH_NUM: rw(7, 0), WR_SWITCH_NUM: rw(15, 8), ATC_TR_SWITCH_NUM: rw(23, 16), ARB_MODE: rw(24),
      SWITCH_NUM_MODE: rw(25), RPB_VC0_CRD: rw(30, 26), DISABLE_FED: rw(31),
    } },
  RPB_ARB_CNTL2: { at: 0x72,
    fields: {
      P2P_SWITCH_NUM: rw(7, 0), ATOMIC_SWITCH_NUM: rw(15, 8), ATC_PAGE_SWITCH_NUM: rw(23, 16),
      RPB_VC1_CRD: rw(28, 24),
    } },
});
