namespace TorchSharp;

// Views and rearrangements.
public static partial class torch
{
    public partial class Tensor
    {
        public Tensor view(params long[] shape) => Aten.view.Tensor(this, shape);

        public Tensor view_as(Tensor other) => view(other.shape);

        public Tensor reshape(params long[] shape) => Aten.reshape.Tensor(this, shape);

        public Tensor flatten(long start_dim = 0, long end_dim = -1) => Aten.flatten_using_ints.Tensor(this, start_dim, end_dim);

        public Tensor unflatten(long dim, params long[] sizes) => Aten.unflatten_int.Tensor(this, dim, sizes);

        public Tensor t() => Aten.t.Tensor(this);

        public Tensor T => Aten.numpy_T.Tensor(this);

        public Tensor mT => Aten.mT.Tensor(this);

        public Tensor transpose(long dim0, long dim1) => Aten.transpose_int.Tensor(this, dim0, dim1);

        public Tensor permute(params long[] permutation) => Aten.permute.Tensor(this, permutation);

        public Tensor permute(IEnumerable<long> permutation) => permute(permutation.ToArray());

        public Tensor unsqueeze(long dim) => Aten.unsqueeze.Tensor(this, dim);

        public Tensor squeeze(long? dim = null) => dim is null ? Aten.squeeze.Tensor(this) : Aten.squeeze_dim.Tensor(this, dim);

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false) => expand(sizes.ToArray(), isImplicit);

        public Tensor expand(long[] sizes, bool isImplicit = false) => Aten.expand.Tensor(this, sizes, isImplicit);

        public Tensor expand(params long[] sizes) => expand(sizes, false);

        public Tensor expand_as(Tensor other) => expand(other.shape, false);

        public Tensor broadcast_to(params long[] shape) => Aten.broadcast_to.Tensor(this, shape);

        public Tensor repeat(params long[] sizes) => Aten.repeat.Tensor(this, sizes);

        public Tensor tile(long[] reps) => Aten.tile.Tensor(this, reps);

        public Tensor repeat_interleave(Tensor repeats, long? dim = null, long? output_size = null) =>
            Aten.repeat_interleave_self_Tensor.Tensor(this, repeats, dim, output_size);

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null) =>
            Aten.repeat_interleave_self_int.Tensor(this, repeats, dim, output_size);

        public Tensor roll(long shifts, long? dims = null) => roll([shifts], dims is long dim ? [dim] : []);

        public Tensor roll(long[] shifts, long[] dims) => Aten.roll.Tensor(this, shifts, dims);

        public Tensor flip(params long[] dims) => Aten.flip.Tensor(this, dims);

        public Tensor movedim(long[] source, long[] destination) => Aten.movedim_intlist.Tensor(this, source, destination);

        public Tensor narrow(long dim, long start, long length) => Aten.narrow.Tensor(this, dim, start, length);

        public Tensor slice(long dim, long start, long finish, long step) => Aten.slice_Tensor.Tensor(this, dim, start, finish, step);

        public Tensor select(long dim, long index) => Aten.select_int.Tensor(this, dim, index);

        public Tensor[] unbind(long dimension = 0) => Aten.unbind_int.List(this, dimension);

        public Tensor[] split(long size, int dim = 0) => Aten.split_Tensor.List(this, size, dim);

        public Tensor[] split(long[] sizes, long dim = 0) => Aten.split_with_sizes.List(this, sizes, dim);

        public Tensor[] split(ReadOnlySpan<long> sizes, long dim = 0) => split(sizes.ToArray(), dim);

        public Tensor[] split(params long[] sizes) => split(sizes, 0);

        public Tensor[] chunk(long chunks, long dim = 0) => Aten.chunk.List(this, chunks, dim);

        public Tensor diag(long diagonal = 0) => Aten.diag.Tensor(this, diagonal);

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Aten.diagonal.Tensor(this, offset, dim1, dim2);

        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Aten.diag_embed.Tensor(this, offset, dim1, dim2);

        public Tensor tril(long diagonal = 0) => Aten.tril.Tensor(this, diagonal);

        public Tensor triu(long diagonal = 0) => Aten.triu.Tensor(this, diagonal);
    }
}
