/**
 * Queue descriptors in memory (MQD): what a compute or SDMA queue's registers hold while it is not on the hardware.
 *
 * Of a compute queue's 512 dwords, 0x80 to 0xb7 are copied to and from the registers CP_MQD_BASE_ADDR to
 * CP_HQD_PQ_WPTR_HI one for one; the dispatch state before them lies in the order of the COMPUTE registers, from
 * COMPUTE_DISPATCH_INITIATOR at dword 1.
 *
 * Source: public headers (Linux amdgpu, version 11 structures). Names are the header's.
 *
 * Fidelity: from-public-source.
 */

import { dword, layout, numbers } from '../layout.ts';

/** First dword of a compute queue's descriptor. */
export const mqdHeader = 0xc031_0800;

/** Dwords of the descriptor that mirror the HQD registers, first and last. */
export const mqdRegisterDwords = { first: 0x80, last: 0xb7 } as const;

// oxfmt-ignore: a table, in the order of the dwords
export const computeMqd = layout('v11_compute_mqd', 2048, {
  // Header and dispatch state, which lies as the COMPUTE registers do
  header: dword(0), compute_dispatch_initiator: dword(1), compute_dim_x: dword(2), compute_dim_y: dword(3),
  compute_dim_z: dword(4), compute_start_x: dword(5), compute_start_y: dword(6), compute_start_z: dword(7),
  compute_num_thread_x: dword(8), compute_num_thread_y: dword(9), compute_num_thread_z: dword(10),
  compute_pipelinestat_enable: dword(11), compute_perfcount_enable: dword(12), compute_pgm_lo: dword(13),
  compute_pgm_hi: dword(14), compute_dispatch_pkt_addr_lo: dword(15), compute_dispatch_pkt_addr_hi: dword(16),
  compute_dispatch_scratch_base_lo: dword(17), compute_dispatch_scratch_base_hi: dword(18),
  compute_pgm_rsrc1: dword(19), compute_pgm_rsrc2: dword(20), compute_vmid: dword(21),
  compute_resource_limits: dword(22), compute_static_thread_mgmt_se0: dword(23),
  compute_static_thread_mgmt_se1: dword(24), compute_tmpring_size: dword(25),
  compute_static_thread_mgmt_se2: dword(26), compute_static_thread_mgmt_se3: dword(27),
  compute_restart_x: dword(28), compute_restart_y: dword(29), compute_restart_z: dword(30),
  compute_thread_trace_enable: dword(31), compute_misc_reserved: dword(32), compute_dispatch_id: dword(33),
  compute_threadgroup_id: dword(34), compute_req_ctrl: dword(35), compute_user_accum_0: dword(37),
  compute_user_accum_1: dword(38), compute_user_accum_2: dword(39), compute_user_accum_3: dword(40),
  compute_pgm_rsrc3: dword(41), compute_ddid_index: dword(42), compute_shader_chksum: dword(43),
  compute_static_thread_mgmt_se4: dword(44), compute_static_thread_mgmt_se5: dword(45),
  compute_static_thread_mgmt_se6: dword(46), compute_static_thread_mgmt_se7: dword(47),
  compute_dispatch_interleave: dword(48), compute_relaunch: dword(49), compute_wave_restore_addr_lo: dword(50),
  compute_wave_restore_addr_hi: dword(51), compute_wave_restore_control: dword(52),
  compute_user_data: numbers(65 * 4, 4, 16), cp_compute_csinvoc_count_lo: dword(81),
  cp_compute_csinvoc_count_hi: dword(82),

  // Saved by the processor between runs
  cp_mqd_query_time_lo: dword(86), cp_mqd_query_time_hi: dword(87), cp_mqd_connect_start_time_lo: dword(88),
  cp_mqd_connect_start_time_hi: dword(89), cp_mqd_connect_end_time_lo: dword(90),
  cp_mqd_connect_end_time_hi: dword(91), cp_mqd_connect_end_wf_count: dword(92),
  cp_mqd_connect_end_pq_rptr: dword(93), cp_mqd_connect_end_pq_wptr: dword(94),
  cp_mqd_connect_end_ib_rptr: dword(95), cp_mqd_readindex_lo: dword(96), cp_mqd_readindex_hi: dword(97),
  cp_mqd_save_start_time_lo: dword(98), cp_mqd_save_start_time_hi: dword(99), cp_mqd_save_end_time_lo: dword(100),
  cp_mqd_save_end_time_hi: dword(101), cp_mqd_restore_start_time_lo: dword(102),
  cp_mqd_restore_start_time_hi: dword(103), cp_mqd_restore_end_time_lo: dword(104),
  cp_mqd_restore_end_time_hi: dword(105), disable_queue: dword(106), gds_cs_ctxsw_cnt0: dword(108),
  gds_cs_ctxsw_cnt1: dword(109), gds_cs_ctxsw_cnt2: dword(110), gds_cs_ctxsw_cnt3: dword(111),
  cp_pq_exe_status_lo: dword(114), cp_pq_exe_status_hi: dword(115), cp_packet_id_lo: dword(116),
  cp_packet_id_hi: dword(117), cp_packet_exe_status_lo: dword(118), cp_packet_exe_status_hi: dword(119),
  gds_save_base_addr_lo: dword(120), gds_save_base_addr_hi: dword(121), gds_save_mask_lo: dword(122),
  gds_save_mask_hi: dword(123),

  // Context save
  ctx_save_base_addr_lo: dword(124), ctx_save_base_addr_hi: dword(125),

  // The queue itself, in the order of the CP_MQD and CP_HQD registers
  cp_mqd_base_addr_lo: dword(128), cp_mqd_base_addr_hi: dword(129), cp_hqd_active: dword(130),
  cp_hqd_vmid: dword(131), cp_hqd_persistent_state: dword(132), cp_hqd_pipe_priority: dword(133),
  cp_hqd_queue_priority: dword(134), cp_hqd_quantum: dword(135), cp_hqd_pq_base_lo: dword(136),
  cp_hqd_pq_base_hi: dword(137), cp_hqd_pq_rptr: dword(138), cp_hqd_pq_rptr_report_addr_lo: dword(139),
  cp_hqd_pq_rptr_report_addr_hi: dword(140), cp_hqd_pq_wptr_poll_addr_lo: dword(141),
  cp_hqd_pq_wptr_poll_addr_hi: dword(142), cp_hqd_pq_doorbell_control: dword(143), cp_hqd_pq_control: dword(145),
  cp_hqd_ib_base_addr_lo: dword(146), cp_hqd_ib_base_addr_hi: dword(147), cp_hqd_ib_rptr: dword(148),
  cp_hqd_ib_control: dword(149), cp_hqd_iq_timer: dword(150), cp_hqd_iq_rptr: dword(151),
  cp_hqd_dequeue_request: dword(152), cp_hqd_dma_offload: dword(153), cp_hqd_sema_cmd: dword(154),
  cp_hqd_msg_type: dword(155), cp_hqd_atomic0_preop_lo: dword(156), cp_hqd_atomic0_preop_hi: dword(157),
  cp_hqd_atomic1_preop_lo: dword(158), cp_hqd_atomic1_preop_hi: dword(159), cp_hqd_hq_status0: dword(160),
  cp_hqd_hq_control0: dword(161), cp_mqd_control: dword(162), cp_hqd_hq_status1: dword(163),
  cp_hqd_hq_control1: dword(164), cp_hqd_eop_base_addr_lo: dword(165), cp_hqd_eop_base_addr_hi: dword(166),
  cp_hqd_eop_control: dword(167), cp_hqd_eop_rptr: dword(168), cp_hqd_eop_wptr: dword(169),
  cp_hqd_eop_done_events: dword(170), cp_hqd_ctx_save_base_addr_lo: dword(171),
  cp_hqd_ctx_save_base_addr_hi: dword(172), cp_hqd_ctx_save_control: dword(173),
  cp_hqd_cntl_stack_offset: dword(174), cp_hqd_cntl_stack_size: dword(175), cp_hqd_wg_state_offset: dword(176),
  cp_hqd_ctx_save_size: dword(177), cp_hqd_gds_resource_state: dword(178), cp_hqd_error: dword(179),
  cp_hqd_eop_wptr_mem: dword(180), cp_hqd_aql_control: dword(181), cp_hqd_pq_wptr_lo: dword(182),
  cp_hqd_pq_wptr_hi: dword(183),

  // Packets the scheduler keeps here
  iqtimer_pkt_header: dword(192), iqtimer_pkt_dw: numbers(193 * 4, 4, 32), set_resources_header: dword(228),
  set_resources_dw1: dword(229), set_resources_dw2: dword(230), set_resources_dw3: dword(231),
  set_resources_dw4: dword(232), set_resources_dw5: dword(233), set_resources_dw6: dword(234),
  set_resources_dw7: dword(235), queue_doorbell_id: numbers(240 * 4, 4, 16),

  // Control buffer and draw ring
  control_buf_addr_lo: dword(256), control_buf_addr_hi: dword(257), control_buf_wptr_lo: dword(258),
  control_buf_wptr_hi: dword(259), control_buf_dptr_lo: dword(260), control_buf_dptr_hi: dword(261),
  control_buf_num_entries: dword(262), draw_ring_addr_lo: dword(263), draw_ring_addr_hi: dword(264),

  // Global wave sync resources
  gws: numbers(448 * 4, 4, 64),
});

// oxfmt-ignore: a table, in the order of the dwords
export const sdmaMqd = layout('v11_sdma_mqd', 512, {
  rb_cntl: dword(0), rb_base: dword(1), rb_base_hi: dword(2), rb_rptr: dword(3), rb_rptr_hi: dword(4),
  rb_wptr: dword(5), rb_wptr_hi: dword(6), rb_rptr_addr_hi: dword(7), rb_rptr_addr_lo: dword(8), ib_cntl: dword(9),
  ib_rptr: dword(10), ib_offset: dword(11), ib_base_lo: dword(12), ib_base_hi: dword(13), ib_size: dword(14),
  skip_cntl: dword(15), context_status: dword(16), doorbell: dword(17), doorbell_log: dword(18),
  doorbell_offset: dword(19), csa_addr_lo: dword(20), csa_addr_hi: dword(21), sched_cntl: dword(22),
  ib_sub_remain: dword(23), preempt: dword(24), dummy_reg: dword(25), rb_wptr_poll_addr_hi: dword(26),
  rb_wptr_poll_addr_lo: dword(27), rb_aql_cntl: dword(28), minor_ptr_update: dword(29), rb_preempt: dword(30),
  midcmd_data0: dword(31), midcmd_data1: dword(32), midcmd_data2: dword(33), midcmd_data3: dword(34),
  midcmd_data4: dword(35), midcmd_data5: dword(36), midcmd_data6: dword(37), midcmd_data7: dword(38),
  midcmd_data8: dword(39), midcmd_data9: dword(40), midcmd_data10: dword(41), midcmd_cntl: dword(42),
  f32_dbg0: dword(43), f32_dbg1: dword(44), sdma_engine_id: dword(126), sdma_queue_id: dword(127),
});
