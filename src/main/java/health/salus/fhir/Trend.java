package health.salus.fhir;

import java.util.List;

/**
 * The straight line that lies closest to points, by least squares.
 *
 * @param gradient  how much it rises from one to the next, not a number if there are no two apart
 * @param intercept where it is at zero
 */
record Trend(double gradient, double intercept) {

    /** A point. */
    record Point(double x, double y) {}

    static Trend through(List<Point> points) {
        Distribution xs = Distribution.of(points.stream().map(Point::x).toList());
        Distribution ys = Distribution.of(points.stream().map(Point::y).toList());
        double along = points.stream()
                .mapToDouble(it -> (it.x() - xs.mean()) * (it.y() - ys.mean()))
                .sum();
        double spread = points.stream()
                .mapToDouble(it -> Math.pow(it.x() - xs.mean(), 2))
                .sum();
        double gradient = spread == 0 ? Double.NaN : along / spread;
        return new Trend(gradient, ys.mean() - gradient * xs.mean());
    }
}
