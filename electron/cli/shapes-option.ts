/** `--shapes`, wherever something is learnt. */
import { Option } from 'commander';
import { SHAPE_CHOICES } from '../../shared/domain/model.ts';

export function shapesOption(): Option {
  return new Option(
    '--shapes <when>',
    'mark shapes never seen; auto: of one channel in reference mode. A channel takes up to ' +
      '0.03 ms a row and 0.3 MB: on, the most regular are watched, 64 at most and as many as ' +
      'a quarter of a core does as rows come',
  )
    .choices([...SHAPE_CHOICES])
    .default('auto');
}
