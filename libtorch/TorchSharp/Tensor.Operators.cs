namespace TorchSharp;

// C# operators and conversions.
public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Aten.add_Tensor.Tensor(left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Aten.add_Scalar.Tensor(left, right);
        public static Tensor operator +(Tensor left, int right) => Aten.add_Scalar.Tensor(left, right);
        public static Tensor operator +(Tensor left, long right) => Aten.add_Scalar.Tensor(left, right);
        public static Tensor operator +(Tensor left, float right) => Aten.add_Scalar.Tensor(left, right);
        public static Tensor operator +(Tensor left, double right) => Aten.add_Scalar.Tensor(left, right);
        public static Tensor operator +(Scalar left, Tensor right) => Aten.add_Scalar.Tensor(right, left);
        public static Tensor operator +(int left, Tensor right) => Aten.add_Scalar.Tensor(right, left);
        public static Tensor operator +(long left, Tensor right) => Aten.add_Scalar.Tensor(right, left);
        public static Tensor operator +(float left, Tensor right) => Aten.add_Scalar.Tensor(right, left);
        public static Tensor operator +(double left, Tensor right) => Aten.add_Scalar.Tensor(right, left);

        public static Tensor operator -(Tensor left, Tensor right) => Aten.sub_Tensor.Tensor(left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Aten.sub_Scalar.Tensor(left, right);
        public static Tensor operator -(Tensor left, int right) => Aten.sub_Scalar.Tensor(left, right);
        public static Tensor operator -(Tensor left, long right) => Aten.sub_Scalar.Tensor(left, right);
        public static Tensor operator -(Tensor left, float right) => Aten.sub_Scalar.Tensor(left, right);
        public static Tensor operator -(Tensor left, double right) => Aten.sub_Scalar.Tensor(left, right);
        public static Tensor operator -(Scalar left, Tensor right) => Aten.rsub_Scalar.Tensor(right, left);
        public static Tensor operator -(int left, Tensor right) => Aten.rsub_Scalar.Tensor(right, left);
        public static Tensor operator -(long left, Tensor right) => Aten.rsub_Scalar.Tensor(right, left);
        public static Tensor operator -(float left, Tensor right) => Aten.rsub_Scalar.Tensor(right, left);
        public static Tensor operator -(double left, Tensor right) => Aten.rsub_Scalar.Tensor(right, left);

        public static Tensor operator *(Tensor left, Tensor right) => Aten.mul_Tensor.Tensor(left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Aten.mul_Scalar.Tensor(left, right);
        public static Tensor operator *(Tensor left, int right) => Aten.mul_Scalar.Tensor(left, right);
        public static Tensor operator *(Tensor left, long right) => Aten.mul_Scalar.Tensor(left, right);
        public static Tensor operator *(Tensor left, float right) => Aten.mul_Scalar.Tensor(left, right);
        public static Tensor operator *(Tensor left, double right) => Aten.mul_Scalar.Tensor(left, right);
        public static Tensor operator *(Scalar left, Tensor right) => Aten.mul_Scalar.Tensor(right, left);
        public static Tensor operator *(int left, Tensor right) => Aten.mul_Scalar.Tensor(right, left);
        public static Tensor operator *(long left, Tensor right) => Aten.mul_Scalar.Tensor(right, left);
        public static Tensor operator *(float left, Tensor right) => Aten.mul_Scalar.Tensor(right, left);
        public static Tensor operator *(double left, Tensor right) => Aten.mul_Scalar.Tensor(right, left);

        public static Tensor operator /(Tensor left, Tensor right) => Aten.div_Tensor.Tensor(left, right);
        public static Tensor operator /(Tensor left, Scalar right) => Aten.div_Scalar.Tensor(left, right);
        public static Tensor operator /(Tensor left, int right) => Aten.div_Scalar.Tensor(left, right);
        public static Tensor operator /(Tensor left, long right) => Aten.div_Scalar.Tensor(left, right);
        public static Tensor operator /(Tensor left, float right) => Aten.div_Scalar.Tensor(left, right);
        public static Tensor operator /(Tensor left, double right) => Aten.div_Scalar.Tensor(left, right);
        public static Tensor operator /(Scalar left, Tensor right) => Over(left, right);
        public static Tensor operator /(int left, Tensor right) => Over(left, right);
        public static Tensor operator /(long left, Tensor right) => Over(left, right);
        public static Tensor operator /(float left, Tensor right) => Over(left, right);
        public static Tensor operator /(double left, Tensor right) => Over(left, right);

        public static Tensor operator -(Tensor tensor) => tensor.neg();

        public static Tensor operator %(Tensor left, Tensor right) => Aten.remainder_Tensor.Tensor(left, right);
        public static Tensor operator %(Tensor left, Scalar right) => Aten.remainder_Scalar.Tensor(left, right);
        public static Tensor operator %(Tensor left, int right) => Aten.remainder_Scalar.Tensor(left, right);
        public static Tensor operator %(Tensor left, long right) => Aten.remainder_Scalar.Tensor(left, right);
        public static Tensor operator %(Tensor left, float right) => Aten.remainder_Scalar.Tensor(left, right);
        public static Tensor operator %(Tensor left, double right) => Aten.remainder_Scalar.Tensor(left, right);

        public static Tensor operator ==(Tensor left, Tensor right) => left.eq(right);
        public static Tensor operator ==(Tensor left, Scalar right) => left.eq(right);
        public static Tensor operator ==(Scalar left, Tensor right) => right.eq(left);

        public static Tensor operator !=(Tensor left, Tensor right) => left.ne(right);
        public static Tensor operator !=(Tensor left, Scalar right) => left.ne(right);
        public static Tensor operator !=(Scalar left, Tensor right) => right.ne(left);

        public static Tensor operator <(Tensor left, Tensor right) => left.lt(right);
        public static Tensor operator <(Tensor left, Scalar right) => left.lt(right);
        public static Tensor operator <(Scalar left, Tensor right) => right.gt(left);

        public static Tensor operator <=(Tensor left, Tensor right) => left.le(right);
        public static Tensor operator <=(Tensor left, Scalar right) => left.le(right);
        public static Tensor operator <=(Scalar left, Tensor right) => right.ge(left);

        public static Tensor operator >(Tensor left, Tensor right) => left.gt(right);
        public static Tensor operator >(Tensor left, Scalar right) => left.gt(right);
        public static Tensor operator >(Scalar left, Tensor right) => right.lt(left);

        public static Tensor operator >=(Tensor left, Tensor right) => left.ge(right);
        public static Tensor operator >=(Tensor left, Scalar right) => left.ge(right);
        public static Tensor operator >=(Scalar left, Tensor right) => right.le(left);

        public static Tensor operator &(Tensor left, Tensor right) => Aten.bitwise_and_Tensor.Tensor(left, right);
        public static Tensor operator |(Tensor left, Tensor right) => Aten.bitwise_or_Tensor.Tensor(left, right);
        public static Tensor operator ^(Tensor left, Tensor right) => Aten.bitwise_xor_Tensor.Tensor(left, right);
        public static Tensor operator ~(Tensor left) => Aten.bitwise_not.Tensor(left);

        public static implicit operator Tensor(int value) => tensor(value);
        public static implicit operator Tensor(long value) => tensor(value);
        public static implicit operator Tensor(float value) => tensor(value);
        public static implicit operator Tensor(double value) => tensor(value);
        public static implicit operator Tensor(bool value) => tensor(value);

        /// <summary>Declared so that overloads resolve as in the genuine package, which throws here too.</summary>
        public static implicit operator Tensor(Scalar scalar) => throw new InvalidOperationException("A Scalar is no tensor; use torch.tensor.");

        public static implicit operator Tensor(int[] value) => tensor(value);
        public static implicit operator Tensor(long[] value) => tensor(value);
        public static implicit operator Tensor(float[] value) => tensor(value);
        public static implicit operator Tensor(double[] value) => tensor(value);
        public static implicit operator Tensor(bool[] value) => tensor(value);

        public static explicit operator float(Tensor value) => value.ToSingle();
        public static explicit operator double(Tensor value) => value.ToDouble();
        public static explicit operator int(Tensor value) => value.ToInt32();
        public static explicit operator long(Tensor value) => value.ToInt64();
        public static explicit operator bool(Tensor value) => value.ToBoolean();

        private static Tensor Over(Scalar left, Tensor right)
        {
            using var inverse = right.reciprocal();
            return inverse.mul(left);
        }
    }
}
