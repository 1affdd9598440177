/**
 * Program flow, waits and everything else a wave does outside its registers, as corner cases. Notation in index.ts.
 */
export const cornersFlow = `
  ## document
  # branches: byte distance from the instruction to the next one executed
  s_branch 5 ; bfa00005 ;  ; pc=24 outcome=taken
  s_branch 65535 ; bfa0ffff ;  ; pc=0
  s_cbranch_scc0 3 ; bfa10003 ; scc=0 ; pc=16
  s_cbranch_scc0 3 ; bfa10003 ; scc=1 ; pc=4
  s_cbranch_scc1 3 ; bfa20003 ; scc=1 ; pc=16
  s_cbranch_scc1 3 ; bfa20003 ; scc=0 ; pc=4
  s_cbranch_vccz 3 ; bfa30003 ; vcc=0 ; pc=16
  s_cbranch_vccz 3 ; bfa30003 ; vcc=1 ; pc=4
  s_cbranch_vccnz 3 ; bfa40003 ; vcc=1 ; pc=16
  s_cbranch_vccnz 3 ; bfa40003 ; vcc=0 ; pc=4
  s_cbranch_execz 3 ; bfa50003 ; exec_lo=0 ; pc=16
  s_cbranch_execz 3 ; bfa50003 ; exec_lo=0x80000000 ; pc=4
  s_cbranch_execnz 3 ; bfa60003 ; exec_lo=0x80000000 ; pc=16
  s_cbranch_execnz 3 ; bfa60003 ; exec_lo=0 ; pc=4
  # no debugger is attached
  s_cbranch_cdbgsys 3 ; bfa70003 ;  ; pc=4
  s_cbranch_cdbguser 3 ; bfa80003 ;  ; pc=4
  s_cbranch_cdbgsys_or_user 3 ; bfa90003 ;  ; pc=4
  s_cbranch_cdbgsys_and_user 3 ; bfaa0003 ;  ; pc=4
  # the program counter as a value: the instruction lies at 0x1000
  s_getpc_b64 s[8:9] ; be884700 ;  ; s8=0x1004 s9=0 pc=4
  s_setpc_b64 s[0:1] ; be804800 ; s0=0x2003 s1=0 ; pc=0x1000
  s_swappc_b64 s[8:9], s[0:1] ; be884900 ; s0=0x3000 s1=0 ; s8=0x1004 s9=0 pc=0x2000
  s_swappc_b64 s[0:1], s[0:1] ; be804900 ; s0=0x3000 s1=0 ; s0=0x1004 s1=0 pc=0x2000
  s_call_b64 s[8:9], 4 ; ba080004 ;  ; s8=0x1004 s9=0 pc=20
  s_call_b64 s[8:9], 0xfffe ; ba08fffe ;  ; s8=0x1004 s9=0 pc=-4
  s_rfe_b64 s[0:1] ; be804a00 ; s0=0x1800 s1=0 ; pc=0x800
  # loops over the halves of a wave; with 32 lanes there is one half
  s_subvector_loop_begin s8, 3 ; bb080003 ; exec_lo=0 ; pc=16
  s_subvector_loop_begin s8, 3 ; bb080003 ; exec_lo=0xff exec_hi=0xf0 ; s8=0xf0 exec_lo=0xff exec_hi=0 pc=4
  s_subvector_loop_end s8, 0xfffc ; bb88fffc ; s8=0xf0 exec_lo=0xff exec_hi=0 ; s8=0xff exec_lo=0 exec_hi=0xf0 pc=-12
  s_subvector_loop_end s8, 0xfffc ; bb88fffc ; s8=0xff exec_lo=0 exec_hi=0xf0 ; exec_lo=0xff exec_hi=0xf0 pc=4
  s_subvector_loop_end s8, 0xfffc ; bb88fffc ; s8=0 exec_lo=0xff exec_hi=0 ; exec_lo=0xff exec_hi=0 pc=4
  # what becomes of the wave
  s_endpgm ; bfb00000 ;  ; outcome=end
  s_endpgm_saved ; bfb10000 ;  ; outcome=end
  s_barrier ; bfbd0000 ;  ; outcome=barrier
  s_sleep 3 ; bf830003 ;  ; outcome=yield pc=4
  s_sethalt 1 ; bf820001 ;  ; outcome=halt
  s_sethalt 0 ; bf820000 ;  ; outcome=next
  s_icache_inv ; bfbc0000 ;  ; outcome=flush pc=4
  s_trap 5 ; bf900005 ;  ; pc=4
  s_sendmsg sendmsg(MSG_DEALLOC_VGPRS) ; bfb60003 ;  ; pc=4 outcome=next
  s_sendmsghalt sendmsg(MSG_DEALLOC_VGPRS) ; bfb70003 ;  ; outcome=halt
  # the harness' clock stands at 0x123489abcdef
  s_sendmsg_rtn_b64 s[8:9], sendmsg(MSG_RTN_GET_REALTIME) ; be884d83 ;  ; s8=0x89abcdef s9=0x1234
  s_sendmsg_rtn_b32 s8, sendmsg(MSG_RTN_GET_REALTIME) ; be884c83 ; s9=7 ; s8=0x89abcdef s9=7
  # MODE: rounding 3:0, denormals 7:4; 0x3f0 at the start
  s_round_mode 0x5 ; bf910005 ; mode=0x3f0 ; mode=0x3f5 outcome=mode
  s_denorm_mode 9 ; bf920009 ; mode=0x3f0 ; mode=0x390 outcome=mode
  s_setreg_b32 hwreg(HW_REG_MODE, 4, 2), s0 ; b9000901 ; s0=0xfffffffd mode=0x3f0 ; mode=0x3d0
  s_setreg_imm32_b32 hwreg(HW_REG_MODE, 0, 2), 3 ; b9800801 00000003 ; mode=0x3f0 ; mode=0x3f3
  s_getreg_b32 s8, hwreg(HW_REG_MODE, 4, 4) ; b8881901 ; mode=0x390 ; s8=9
  # hints change nothing
  s_nop 3 ; bf800003 ; s0=1 ; s0=1 pc=4
  s_setkill 1 ; bf810001 ; s0=1 ; s0=1 pc=4
  s_set_inst_prefetch_distance 0x3 ; bf840003 ; s0=1 ; s0=1 pc=4
  s_clause 0x3 ; bf850003 ; s0=1 ; s0=1 pc=4
  s_delay_alu instid0(VALU_DEP_1) ; bf870001 ; s0=1 ; s0=1 pc=4
  s_waitcnt vmcnt(0) ; bf8903f7 ; s0=1 ; s0=1 pc=4
  s_waitcnt_depctr depctr_va_vdst(0) ; bf880f9f ; s0=1 ; s0=1 pc=4
  s_waitcnt_vscnt null, 0x0 ; bc7c0000 ; s0=1 ; s0=1 pc=4
  s_waitcnt_vmcnt null, 0x0 ; bcfc0000 ; s0=1 ; s0=1 pc=4
  s_waitcnt_expcnt null, 0x0 ; bd7c0000 ; s0=1 ; s0=1 pc=4
  s_waitcnt_lgkmcnt null, 0x0 ; bdfc0000 ; s0=1 ; s0=1 pc=4
  s_wait_idle ; bf8a0000 ; s0=1 ; s0=1 pc=4
  s_wait_event 0x1 ; bf8b0001 ; s0=1 ; s0=1 pc=4
  s_version 0x2006 ; b0802006 ; s0=1 ; s0=1 pc=4
  s_wakeup ; bfb40000 ; s0=1 ; s0=1 pc=4
  s_setprio 2 ; bfb50002 ; s0=1 ; s0=1 pc=4
  s_incperflevel 2 ; bfb80002 ; s0=1 ; s0=1 pc=4
  s_decperflevel 2 ; bfb90002 ; s0=1 ; s0=1 pc=4
  s_ttracedata ; bfba0000 ; s0=1 ; s0=1 pc=4
  s_ttracedata_imm 0x1 ; bfbb0001 ; s0=1 ; s0=1 pc=4
  s_gl1_inv ; f4800000 00000000 ; s0=1 ; s0=1 pc=8
  s_dcache_inv ; f4840000 00000000 ; s0=1 ; s0=1 pc=8
  v_nop ; 7e000000 ; v0=1 ; v0=1 pc=4
  v_pipeflush ; 7e003600 ; v0=1 ; v0=1 pc=4
  ds_nop ; d8500000 00000000 ; v0=1 ; v0=1 pc=8
  buffer_gl0_inv ; e0ac0000 00000000 ; v0=1 ; v0=1 pc=8
  buffer_gl1_inv ; e0b00000 00000000 ; v0=1 ; v0=1 pc=8
`;
