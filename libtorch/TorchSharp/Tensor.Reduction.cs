namespace TorchSharp;

// Sums, extremes, moments and the like.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null) => Aten.sum.Tensor(this, type);

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null) => Aten.sum_dim_IntList.Tensor(this, dim, keepdim, type);

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) => sum(dim.ToArray(), keepdim, type);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum(new[] { dim }, keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) => sum(new[] { dim0, dim1 }, keepdim, type);

        public Tensor mean() => Aten.mean.Tensor(this);

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null) => Aten.mean_dim.Tensor(this, dimensions, keepdim, type);

        public Tensor var(bool unbiased = true) => Aten.var.Tensor(this, unbiased);

        public Tensor var(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            As(type, Aten.var_dim.Tensor(this, dimensions, unbiased, keepdim));

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public (Tensor var, Tensor mean) var_mean(bool unbiased = true) => Aten.var_mean.Two(this, unbiased);

        public Tensor std(bool unbiased = true) => Aten.std.Tensor(this, unbiased);

        public Tensor std(ReadOnlySpan<long> dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std(dimensions.ToArray(), unbiased, keepdim, type);

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            As(type, Aten.std_dim.Tensor(this, dimensions, unbiased, keepdim));

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        public (Tensor std, Tensor mean) std_mean(bool unbiased = true) => Aten.std_mean.Two(this, unbiased);

        public Tensor prod(ScalarType? type = null) => Aten.prod.Tensor(this, type);

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null) => Aten.prod_dim_int.Tensor(this, dim, keepdim, type);

        public Tensor max() => Aten.max.Tensor(this);

        public Tensor max(Tensor other) => maximum(other);

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false) => Aten.max_dim.Two(this, dim, keepdim);

        public Tensor min() => Aten.min.Tensor(this);

        public Tensor min(Tensor other) => minimum(other);

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false) => Aten.min_dim.Two(this, dim, keepdim);

        public Tensor amax(params long[] dims) => amax(dims, false);

        public Tensor amax(long[] dims, bool keepdim = false) => Aten.amax.Tensor(this, dims, keepdim);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false) => amax(dims.ToArray(), keepdim);

        public Tensor amin(params long[] dims) => amin(dims, false);

        public Tensor amin(long[] dims, bool keepdim = false) => Aten.amin.Tensor(this, dims, keepdim);

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false) => amin(dims.ToArray(), keepdim);

        public Tensor argmax() => Aten.argmax.Tensor(this);

        public Tensor argmax(long dim, bool keepdim = false) => Aten.argmax.Tensor(this, dim, keepdim);

        public Tensor argmin() => Aten.argmin.Tensor(this);

        public Tensor argmin(long dim, bool keepdim = false) => Aten.argmin.Tensor(this, dim, keepdim);

        public Tensor any() => Aten.any.Tensor(this);

        public Tensor any(long dim, bool keepdim = false) => Aten.any_dim.Tensor(this, dim, keepdim);

        public Tensor all() => Aten.all.Tensor(this);

        public Tensor all(long dim, bool keepdim = false) => Aten.all_dim.Tensor(this, dim, keepdim);

        public Tensor count_nonzero(long[]? dims = null) => dims is null
            ? Aten.count_nonzero.Tensor(this)
            : Aten.count_nonzero_dim_IntList.Tensor(this, dims);

        public Tensor median() => Aten.median.Tensor(this);

        public (Tensor values, Tensor indices) kthvalue(long k, long? dim, bool keepdim = false) => Aten.kthvalue.Two(this, k, dim ?? -1, keepdim);

        public Tensor quantile(Tensor q, long dim = -1, bool keepdim = false) => Aten.quantile.Tensor(this, q, dim, keepdim);

        public Tensor nanquantile(Tensor q, long dim = -1, bool keepdim = false) => Aten.nanquantile.Tensor(this, q, dim, keepdim);

        public Tensor norm(float p = 2) => Aten.norm_Scalar.Tensor(this, p);

        public Tensor norm(int dim, bool keepdim = false, float p = 2) => Aten.norm_ScalarOpt_dim.Tensor(this, p, new long[] { dim }, keepdim);

        public Tensor logsumexp(long dim, bool keepdim = false) => Aten.logsumexp.Tensor(this, new[] { dim }, keepdim);

        public Tensor cumsum(long dim, ScalarType? type = null) => Aten.cumsum.Tensor(this, dim, type);

        public Tensor cumprod(long dim, ScalarType? type = null) => Aten.cumprod.Tensor(this, dim, type);

        public Tensor logcumsumexp(long dim) => Aten.logcumsumexp.Tensor(this, dim);

        public Tensor trace() => Aten.trace.Tensor(this);

        // The operators behind var and std have no element type of their own.
        private static Tensor As(ScalarType? type, Tensor result) =>
            type is { } wanted && wanted != result.dtype ? result.to_type(wanted, disposeAfter: true) : result;
    }
}
