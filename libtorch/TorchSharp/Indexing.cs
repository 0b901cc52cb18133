namespace TorchSharp;

public static partial class torch
{
    /// <summary>What one place between the brackets of x[...] selects.</summary>
    public readonly struct TensorIndex
    {
        internal enum Kind
        {
            None,
            Ellipsis,
            Single,
            Slice,
            Tensor,
        }

        private TensorIndex(Kind kind, long? start = null, long? stop = null, long? step = null, Tensor? tensor = null)
        {
            Type = kind;
            Start = start;
            Stop = stop;
            Step = step;
            Positions = tensor;
        }

        internal Kind Type { get; }

        internal long? Start { get; }

        internal long? Stop { get; }

        internal long? Step { get; }

        internal Tensor? Positions { get; }

        /// <summary>As many whole dimensions as the other indices leave.</summary>
        public static readonly TensorIndex Ellipsis = new(Kind.Ellipsis);

        /// <summary>A new dimension of size one.</summary>
        public static readonly TensorIndex None = new(Kind.None);

        /// <summary>A whole dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) => new(Kind.Slice, start, stop, step);

        public static TensorIndex Slice(Range range) => Slice(
            range.Start.IsFromEnd ? -range.Start.Value : range.Start.Value,
            !range.End.IsFromEnd ? range.End.Value : range.End.Value == 0 ? null : -range.End.Value);

        public static TensorIndex Single(long? index) => new(Kind.Single, index);

        public static TensorIndex Tensor(Tensor tensor) => new(Kind.Tensor, tensor: tensor);

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex(Index index) => Single(index.IsFromEnd ? -index.Value : index.Value);

        /// <summary>Declared so that overloads resolve as in the genuine package, which throws here too.</summary>
        public static implicit operator Tensor(TensorIndex value) => throw new InvalidOperationException("An index is no tensor.");
    }

    public partial class Tensor
    {
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        public Tensor this[long i1]
        {
            get => index([i1]);
            set => index_put_(value, [i1]);
        }

        public Tensor this[long i1, long i2]
        {
            get => index([i1, i2]);
            set => index_put_(value, [i1, i2]);
        }

        public Tensor this[long i1, long i2, long i3]
        {
            get => index([i1, i2, i3]);
            set => index_put_(value, [i1, i2, i3]);
        }

        public Tensor index(params TensorIndex[] indices)
        {
            var view = Resolve(indices, out var positions);
            if (positions is null)
            {
                return view;
            }

            using (view)
            {
                return Aten.index_Tensor.Tensor(view, Argument.OfOptional(positions));
            }
        }

        public Tensor index(params Tensor[] indices) => Aten.index_Tensor.Tensor(this, Argument.OfOptional(indices));

        public Tensor index_put_(Tensor value, params TensorIndex[] indices)
        {
            using var view = Resolve(indices, out var positions);
            if (positions is null)
            {
                view.copy_(value);
            }
            else
            {
                Aten.index_put_.InPlace(view, Argument.OfOptional(positions), value);
            }

            return this;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => Aten.index_put_.InPlace(this, Argument.OfOptional(indices), value);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Aten.index_put_.InPlace(this, Argument.OfOptional(indices), value, accumulate);

        // Applies numbers, slices and new dimensions as views. Tensors of positions, or of truth values, stay for the
        // operator that gathers: they come back in the place of the view's dimension each one selects from.
        private Tensor Resolve(TensorIndex[] indices, out Tensor?[]? positions)
        {
            positions = null;
            var view = alias();
            var axis = 0;
            foreach (ref readonly var index in indices.AsSpan())
            {
                switch (index.Type)
                {
                    case TensorIndex.Kind.None:
                        view = Next(view, view.unsqueeze(axis++));
                        break;
                    case TensorIndex.Kind.Single:
                        view = Next(view, view.select(axis, index.Start ?? 0));
                        break;
                    case TensorIndex.Kind.Slice:
                        view = Next(view, Aten.slice_Tensor.Tensor(view, axis++, index.Start, index.Stop, index.Step ?? 1));
                        break;
                    case TensorIndex.Kind.Tensor:
                        positions ??= [];
                        Array.Resize(ref positions, axis + 1);
                        positions[axis] = index.Positions;
                        axis += Consumed(index);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        axis += (int)ndim - indices.Sum(Consumed);
                        break;
                }
            }

            return view;
        }

        private static int Consumed(TensorIndex index) => index.Type switch
        {
            TensorIndex.Kind.Single or TensorIndex.Kind.Slice => 1,
            TensorIndex.Kind.Tensor => index.Positions!.dtype == ScalarType.Bool ? (int)index.Positions.ndim : 1,
            _ => 0,
        };

        private static Tensor Next(Tensor previous, Tensor view)
        {
            previous.Dispose();
            return view;
        }

        public Tensor alias() => Aten.alias.Tensor(this);
    }
}
