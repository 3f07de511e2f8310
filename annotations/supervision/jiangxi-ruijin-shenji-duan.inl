13.[U:ysx 云石山乡]、[U:xfz 谢坊镇]、[U:wyz 武阳镇]、[U:btz 拔英乡]4个乡镇[D:ysx+xfz+wyz+btz 未按规定时限分配衔接资金1 164万元]，[D:ysx+xfz+wyz+btz 最长滞留197天]；[D:xhz+jbz 以拨代支]，涉及[U:xhz 象湖镇]、[U:jbz 九堡镇]；[U:slb 市水利局]下属[U:sdz 市电灌站]，[D:sdz 5台水泵购进两年未开箱]；截至2021年底，[U:yqj 叶坪乡][A:yqj 结余资金为零]，[A:yqj 支付率100%]。
14.违规发放津补贴：略。
