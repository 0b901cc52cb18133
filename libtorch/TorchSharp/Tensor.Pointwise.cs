namespace TorchSharp;

// Elementwise functions of one tensor.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor abs() => Aten.abs.Tensor(this);
        public Tensor abs_() => Aten.abs_.InPlace(this);

        public Tensor neg() => Aten.neg.Tensor(this);
        public Tensor neg_() => Aten.neg_.InPlace(this);

        public Tensor exp() => Aten.exp.Tensor(this);
        public Tensor exp_() => Aten.exp_.InPlace(this);

        public Tensor exp2() => Aten.exp2.Tensor(this);
        public Tensor exp2_() => Aten.exp2_.InPlace(this);

        public Tensor expm1() => Aten.expm1.Tensor(this);
        public Tensor expm1_() => Aten.expm1_.InPlace(this);

        public Tensor log() => Aten.log.Tensor(this);
        public Tensor log_() => Aten.log_.InPlace(this);

        public Tensor log2() => Aten.log2.Tensor(this);
        public Tensor log2_() => Aten.log2_.InPlace(this);

        public Tensor log10() => Aten.log10.Tensor(this);
        public Tensor log10_() => Aten.log10_.InPlace(this);

        public Tensor log1p() => Aten.log1p.Tensor(this);
        public Tensor log1p_() => Aten.log1p_.InPlace(this);

        public Tensor sqrt() => Aten.sqrt.Tensor(this);
        public Tensor sqrt_() => Aten.sqrt_.InPlace(this);

        public Tensor rsqrt() => Aten.rsqrt.Tensor(this);
        public Tensor rsqrt_() => Aten.rsqrt_.InPlace(this);

        public Tensor reciprocal() => Aten.reciprocal.Tensor(this);
        public Tensor reciprocal_() => Aten.reciprocal_.InPlace(this);

        public Tensor square() => Aten.square.Tensor(this);

        public Tensor sign() => Aten.sign.Tensor(this);
        public Tensor sign_() => Aten.sign_.InPlace(this);

        public Tensor sgn() => Aten.sgn.Tensor(this);
        public Tensor sgn_() => Aten.sgn_.InPlace(this);

        public Tensor sin() => Aten.sin.Tensor(this);
        public Tensor sin_() => Aten.sin_.InPlace(this);

        public Tensor cos() => Aten.cos.Tensor(this);
        public Tensor cos_() => Aten.cos_.InPlace(this);

        public Tensor tan() => Aten.tan.Tensor(this);
        public Tensor tan_() => Aten.tan_.InPlace(this);

        public Tensor sinh() => Aten.sinh.Tensor(this);
        public Tensor sinh_() => Aten.sinh_.InPlace(this);

        public Tensor cosh() => Aten.cosh.Tensor(this);
        public Tensor cosh_() => Aten.cosh_.InPlace(this);

        public Tensor tanh() => Aten.tanh.Tensor(this);
        public Tensor tanh_() => Aten.tanh_.InPlace(this);

        public Tensor asin() => Aten.asin.Tensor(this);
        public Tensor asin_() => Aten.asin_.InPlace(this);

        public Tensor acos() => Aten.acos.Tensor(this);
        public Tensor acos_() => Aten.acos_.InPlace(this);

        public Tensor atan() => Aten.atan.Tensor(this);
        public Tensor atan_() => Aten.atan_.InPlace(this);

        public Tensor sigmoid() => Aten.sigmoid.Tensor(this);
        public Tensor sigmoid_() => Aten.sigmoid_.InPlace(this);

        public Tensor erf() => Aten.erf.Tensor(this);
        public Tensor erf_() => Aten.erf_.InPlace(this);

        public Tensor erfc() => Aten.erfc.Tensor(this);
        public Tensor erfc_() => Aten.erfc_.InPlace(this);

        public Tensor erfinv() => Aten.erfinv.Tensor(this);
        public Tensor erfinv_() => Aten.erfinv_.InPlace(this);

        public Tensor floor() => Aten.floor.Tensor(this);
        public Tensor floor_() => Aten.floor_.InPlace(this);

        public Tensor ceil() => Aten.ceil.Tensor(this);
        public Tensor ceil_() => Aten.ceil_.InPlace(this);

        public Tensor trunc() => Aten.trunc.Tensor(this);
        public Tensor trunc_() => Aten.trunc_.InPlace(this);

        public Tensor lgamma() => Aten.lgamma.Tensor(this);
        public Tensor lgamma_() => Aten.lgamma_.InPlace(this);

        public Tensor digamma() => Aten.digamma.Tensor(this);
        public Tensor digamma_() => Aten.digamma_.InPlace(this);

        public Tensor negative() => neg();

        public Tensor round(long decimals = 0) => Aten.round_decimals.Tensor(this, decimals);

        public Tensor round_(long decimals = 0) => Aten.round__decimals.InPlace(this, decimals);

        public Tensor isnan() => Aten.isnan.Tensor(this);

        public Tensor isinf() => Aten.isinf.Tensor(this);

        public Tensor isfinite() => Aten.isfinite.Tensor(this);

        public Tensor nan_to_num(double nan = 0, double? posinf = null, double? neginf = null) =>
            Aten.nan_to_num.Tensor(this, nan, posinf, neginf);

        public Tensor logit(double? eps = null) => Aten.logit.Tensor(this, eps);
    }
}
