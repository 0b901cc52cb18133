namespace TorchSharp;

// Elementwise arithmetic of a tensor with tensors and numbers.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Tensor target) => Aten.add_Tensor.Tensor(this, target);

        public Tensor add(Tensor target, Scalar alpha) => Aten.add_Tensor.Tensor(this, target, alpha);

        public Tensor add(Scalar scalar) => Aten.add_Scalar.Tensor(this, scalar);

        public Tensor add(Scalar scalar, Scalar alpha) => Aten.add_Scalar.Tensor(this, scalar, alpha);

        public Tensor add_(Tensor target) => Aten.add__Tensor.InPlace(this, target);

        public Tensor add_(Tensor target, Scalar alpha) => Aten.add__Tensor.InPlace(this, target, alpha);

        public Tensor add_(Scalar scalar) => Aten.add__Scalar.InPlace(this, scalar);

        public Tensor add_(Scalar scalar, Scalar alpha) => Aten.add__Scalar.InPlace(this, scalar, alpha);

        public Tensor sub(Tensor target) => Aten.sub_Tensor.Tensor(this, target);

        public Tensor sub(Scalar target) => Aten.sub_Scalar.Tensor(this, target);

        public Tensor sub_(Tensor target) => Aten.sub__Tensor.InPlace(this, target);

        public Tensor sub_(Scalar target) => Aten.sub__Scalar.InPlace(this, target);

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor mul(Tensor target) => Aten.mul_Tensor.Tensor(this, target);

        public Tensor mul(Scalar target) => Aten.mul_Scalar.Tensor(this, target);

        public Tensor mul_(Tensor target) => Aten.mul__Tensor.InPlace(this, target);

        public Tensor mul_(Scalar target) => Aten.mul__Scalar.InPlace(this, target);

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Aten.div_Tensor.Tensor(this, target)
            : Aten.div_Tensor_mode.Tensor(this, target, rounding_mode.ToString());

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Aten.div_Scalar.Tensor(this, target)
            : Aten.div_Scalar_mode.Tensor(this, target, rounding_mode.ToString());

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Aten.div__Tensor.InPlace(this, target)
            : Aten.div__Tensor_mode.InPlace(this, target, rounding_mode.ToString());

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None
            ? Aten.div__Scalar.InPlace(this, target)
            : Aten.div__Scalar_mode.InPlace(this, target, rounding_mode.ToString());

        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);

        public Tensor floor_divide(Tensor other) => Aten.floor_divide.Tensor(this, other);

        public Tensor floor_divide(Scalar other) => Aten.floor_divide_Scalar.Tensor(this, other);

        public Tensor remainder(Tensor target) => Aten.remainder_Tensor.Tensor(this, target);

        public Tensor remainder(Scalar scalar) => Aten.remainder_Scalar.Tensor(this, scalar);

        /// <summary>This plus value times tensor1 times tensor2.</summary>
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul.Tensor(this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul_.InPlace(this, tensor1, tensor2, value);

        /// <summary>This plus value times tensor1 over tensor2.</summary>
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv.Tensor(this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Aten.addcdiv.Tensor(this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv_.InPlace(this, tensor1, tensor2, value);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Aten.addcdiv_.InPlace(this, tensor1, tensor2);

        public Tensor lerp(Tensor end, Tensor weight) => Aten.lerp_Tensor.Tensor(this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight) => Aten.lerp__Tensor.InPlace(this, end, weight);

        public Tensor pow(Tensor exponent) => Aten.pow_Tensor_Tensor.Tensor(this, exponent);

        public Tensor pow(Scalar exponent) => Aten.pow_Tensor_Scalar.Tensor(this, exponent);

        public Tensor pow_(Tensor exponent) => Aten.pow__Tensor.InPlace(this, exponent);

        public Tensor pow_(Scalar exponent) => Aten.pow__Scalar.InPlace(this, exponent);

        public Tensor atan2(Tensor other) => Aten.atan2.Tensor(this, other);

        public Tensor logaddexp(Tensor other) => Aten.logaddexp.Tensor(this, other);

        public Tensor xlogy(Tensor y) => Aten.xlogy_Tensor.Tensor(this, y);

        public Tensor xlogy(Scalar y) => Aten.xlogy_Scalar_Other.Tensor(this, y);

        public Tensor maximum(Tensor other) => Aten.maximum.Tensor(this, other);

        public Tensor minimum(Tensor other) => Aten.minimum.Tensor(this, other);

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.clamp.Tensor(this, min, max);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Aten.clamp_Tensor.Tensor(this, min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Aten.clamp_.InPlace(this, min, max);

        public Tensor clamp_(Tensor? min = null, Tensor? max = null) => Aten.clamp__Tensor.InPlace(this, min, max);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_min(Scalar min) => Aten.clamp_min.Tensor(this, min);

        public Tensor clamp_min_(Scalar min) => Aten.clamp_min_.InPlace(this, min);

        public Tensor clamp_max(Scalar max) => Aten.clamp_max.Tensor(this, max);

        public Tensor clamp_max_(Scalar max) => Aten.clamp_max_.InPlace(this, max);

        public Tensor fill_(Scalar value) => Aten.fill__Scalar.InPlace(this, value);

        public Tensor zero_() => Aten.zero_.InPlace(this);
    }

    public enum RoundingMode
    {
        None,
        trunc,
        floor,
    }
}
