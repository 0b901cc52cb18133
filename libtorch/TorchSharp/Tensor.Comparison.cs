namespace TorchSharp;

// Comparison and logic.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor eq(Tensor target) => Aten.eq_Tensor.Tensor(this, target);

        public Tensor eq(Scalar target) => Aten.eq_Scalar.Tensor(this, target);

        public Tensor ne(Tensor target) => Aten.ne_Tensor.Tensor(this, target);

        public Tensor ne(Scalar target) => Aten.ne_Scalar.Tensor(this, target);

        public Tensor lt(Tensor target) => Aten.lt_Tensor.Tensor(this, target);

        public Tensor lt(Scalar target) => Aten.lt_Scalar.Tensor(this, target);

        public Tensor le(Tensor target) => Aten.le_Tensor.Tensor(this, target);

        public Tensor le(Scalar target) => Aten.le_Scalar.Tensor(this, target);

        public Tensor gt(Tensor target) => Aten.gt_Tensor.Tensor(this, target);

        public Tensor gt(Scalar target) => Aten.gt_Scalar.Tensor(this, target);

        public Tensor ge(Tensor target) => Aten.ge_Tensor.Tensor(this, target);

        public Tensor ge(Scalar target) => Aten.ge_Scalar.Tensor(this, target);

        public Tensor equal(Tensor target) => eq(target);

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor less(Tensor target) => lt(target);

        public Tensor less_equal(Tensor target) => le(target);

        public Tensor greater(Tensor target) => gt(target);

        public Tensor greater_equal(Tensor target) => ge(target);

        public Tensor logical_and(Tensor other) => Aten.logical_and.Tensor(this, other);

        public Tensor logical_or(Tensor other) => Aten.logical_or.Tensor(this, other);

        public Tensor logical_xor(Tensor other) => Aten.logical_xor.Tensor(this, other);

        public Tensor logical_not() => Aten.logical_not.Tensor(this);

        public Tensor where(Tensor condition, Tensor y) => Aten.where_self.Tensor(condition, this, y);

        public Tensor isclose(Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
            Aten.isclose.Tensor(this, other, rtol, atol, nanEqual);

        public bool allclose(Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
            Aten.allclose.Scalar(this, target, rtol, atol, equal_nan).ToBoolean();

        public bool is_nonzero() => Aten.is_nonzero.Scalar(this).ToBoolean();
    }

    public static Tensor eq(Tensor left, Tensor right) => left.eq(right);

    public static Tensor ne(Tensor left, Tensor right) => left.ne(right);

    public static Tensor lt(Tensor left, Tensor right) => left.lt(right);

    public static Tensor le(Tensor left, Tensor right) => left.le(right);

    public static Tensor gt(Tensor left, Tensor right) => left.gt(right);

    public static Tensor ge(Tensor left, Tensor right) => left.ge(right);

    public static Tensor equal(Tensor tensor, Tensor target) => tensor.equal(target);

    public static Tensor not_equal(Tensor tensor, Tensor target) => tensor.ne(target);

    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);

    public static Tensor logical_or(Tensor left, Tensor right) => left.logical_or(right);

    public static Tensor logical_xor(Tensor left, Tensor right) => left.logical_xor(right);

    public static Tensor logical_not(Tensor input) => input.logical_not();

    public static Tensor where(Tensor condition, Tensor x, Tensor y) => x.where(condition, y);

    public static Tensor isclose(Tensor tensor, Tensor other, double rtol = 1e-05, double atol = 1e-08, bool nanEqual = false) =>
        tensor.isclose(other, rtol, atol, nanEqual);

    public static bool allclose(Tensor tensor, Tensor target, double rtol = 1e-05, double atol = 1e-08, bool equal_nan = false) =>
        tensor.allclose(target, rtol, atol, equal_nan);
}
